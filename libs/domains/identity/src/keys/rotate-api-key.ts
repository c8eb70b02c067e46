import { Inject, Injectable } from '@nestjs/common';
import { isAllowed, isPermission, systemClock, type Caller, type Clock } from '@steelyard/kernel';
import { DATABASE, type ApiKey, type Database } from '@steelyard/platform-database';
import { authorize } from '../authorize.js';
import { checkScopes, storeApiKey, type CreatedApiKey } from '../create-api-key.js';
import { identityErrors } from '../errors.js';
import { keyErrors } from './errors.js';
import { KEY_CHANGED, KeyDirectory } from './key-directory.js';
import { checkRoomForKey, lockKeys } from './live-keys.js';
import { makerOf } from './maker.js';
import { Peppers } from './peppers.js';

const OVERLAP_HOURS_MAX = 720;
const HOUR_MS = 3_600_000;

export interface Rotation {
  readonly id: string;
  /** How long the old key goes on working; 0 ends it at once. */
  readonly overlapHours: number;
}

/** Puts a new key in the place of one that is in use, and ends the old one once there was time to change over. */
@Injectable()
export class RotateApiKey {
  clock: Clock = systemClock;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(Peppers) private readonly peppers: Peppers,
    @Inject(KeyDirectory) private readonly keys: KeyDirectory,
  ) {}

  /**
   * The new key has the name, scopes, models, limit and lifetime of the old one. Who rotates it is shown it: so they hold its scopes, and it is bounded
   * by their role, not by that of who made the old one, which would let it outlive their own membership.
   * @throws AppError `IDENTITY.KEY_NOT_FOUND`, for another organization's key too; `KEY_NOT_ROTATABLE`, `KEY_OF_ANOTHER`, `SCOPES_NOT_HELD`,
   * `OVERLAP_INVALID`, `KEYS_FULL` where both would work for a while; and what `authorize` throws.
   */
  async rotate(by: Caller | undefined, { id, overlapHours }: Rotation): Promise<CreatedApiKey> {
    const caller = authorize(by, 'keys:manage');
    const { organizationId: tenantId } = caller;
    if (!Number.isInteger(overlapHours) || overlapHours < 0 || overlapHours > OVERLAP_HOURS_MAX) throw keyErrors.OVERLAP_INVALID({ max: OVERLAP_HOURS_MAX });
    const nowMs = this.clock.nowMs();
    const created = await this.database.withTenant(tenantId, async (tx) => {
      await lockKeys(tx, tenantId);
      // Of two who rotate it at once the second finds it rotated.
      await tx.$queryRaw`SELECT FROM api_key WHERE tenant_id = ${tenantId}::uuid AND id = ${id} FOR NO KEY UPDATE`;
      const old = await tx.apiKey.findFirst({ where: { tenantId, id } });
      if (!old) throw identityErrors.KEY_NOT_FOUND({ id });
      checkRotatable(old, nowMs);
      const maker = await makerOf(tx, caller);
      checkMayRotate(maker, caller, old);
      const scopes = checkScopes(old.scopes, caller);
      const expiresAt = old.expiresAt && new Date(nowMs + old.expiresAt.getTime() - old.createdAt.getTime());
      // Without an overlap one works after it as before.
      if (overlapHours > 0) await checkRoomForKey(tx, tenantId, new Date(nowMs));
      const { name, modelIds, requestsPerMinute } = old;
      // The key of a program has no maker, and bounds nothing: what it rotates stays as bounded as it was.
      const memberId = maker ?? old.memberId;
      const made = await storeApiKey(tx, this.peppers, { tenantId, name, scopes, expiresAt, memberId, modelIds, requestsPerMinute });
      const end = overlapHours === 0 ? { revokedAt: new Date(nowMs) } : { expiresAt: earlier(old.expiresAt, new Date(nowMs + overlapHours * HOUR_MS)) };
      await tx.apiKey.update({ where: { tenantId_id: { tenantId, id } }, data: { rotatedToId: made.apiKey.id, ...end } });
      await tx.$executeRaw`SELECT pg_notify(${KEY_CHANGED}, ${id})`;
      return made;
    });
    this.keys.forget(id);
    return created;
  }
}

function checkRotatable({ id, scopes, revokedAt, rotatedToId, expiresAt }: ApiKey, nowMs: number): void {
  const refuse = (why: string) => keyErrors.KEY_NOT_ROTATABLE({ id, why });
  if (rotatedToId) throw refuse(`has been rotated already, to ${rotatedToId}`);
  if (revokedAt) throw refuse('has been revoked');
  if (expiresAt && expiresAt.getTime() <= nowMs) throw refuse('has expired');
  if (!scopes.every(isPermission)) throw refuse("is the operator's, which the server makes at its start");
}

/** Members rotate the keys that they made, and who manages the organization those of others. */
function checkMayRotate(maker: string | null, caller: Caller, { id, memberId }: ApiKey): void {
  if (maker !== memberId && !isAllowed(caller, 'organization:manage')) throw keyErrors.KEY_OF_ANOTHER({ id });
}

function earlier(own: Date | null, end: Date): Date {
  return own && own < end ? own : end;
}
