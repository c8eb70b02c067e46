import { Inject, Injectable, Optional } from '@nestjs/common';
import { isAllowed, isPermission, PERMISSIONS, systemClock, type Caller, type Clock, type Permission, type Scope } from '@steelyard/kernel';
import { DATABASE, type ApiKey, type Database, type Tx } from '@steelyard/platform-database';
import { authorize } from './authorize.js';
import { identityErrors } from './errors.js';
import { mintApiKey } from './keys/api-key-format.js';
import { checkRoomForKey, lockKeys } from './keys/live-keys.js';
import { makerOf } from './keys/maker.js';
import { checkModels, KEY_MODELS, NO_MODELS, type KeyModels } from './limits/model-list.js';
import { Peppers } from './keys/peppers.js';
import { checkRequestsPerMinute } from './limits/requests-per-minute.js';
import { cleanName } from './name.js';

export interface NewApiKey {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresAt?: Date | null | undefined;
  /** owner/name of those that it is for; none of them means all. */
  readonly models?: readonly string[] | null | undefined;
  readonly requestsPerMinute?: number | null | undefined;
}

export interface CreatedApiKey {
  readonly apiKey: ApiKey;
  /** The key itself. It is stored nowhere and cannot be had again. */
  readonly secret: string;
}

export interface KeyToStore {
  readonly tenantId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt?: Date | null | undefined;
  /** The member whose role bounds what it may do. */
  readonly memberId?: string | null;
  readonly modelIds?: readonly string[];
  readonly requestsPerMinute?: number | null;
}

/** Makes a key for the caller's organization, with scopes that the caller has. */
@Injectable()
export class CreateApiKey {
  clock: Clock = systemClock;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(Peppers) private readonly peppers: Peppers,
    @Optional() @Inject(KEY_MODELS) private readonly models: KeyModels = NO_MODELS,
  ) {}

  /** @throws AppError `IDENTITY.NAME_INVALID`, `SCOPES_INVALID`, `SCOPES_NOT_HELD`, `EXPIRY_PAST`, `RATE_INVALID`, `MEMBERSHIP_ENDED`, `KEYS_FULL`, and what `checkModels` and `authorize` throw. */
  async create(by: Caller | undefined, wanted: NewApiKey): Promise<CreatedApiKey> {
    const caller = authorize(by, 'keys:manage');
    const { expiresAt } = wanted;
    const name = cleanName(wanted.name, 'a key');
    const scopes = checkScopes(wanted.scopes, caller);
    if (expiresAt && expiresAt.getTime() <= this.clock.nowMs()) throw identityErrors.EXPIRY_PAST({ expiresAt: expiresAt.toISOString() });
    const requestsPerMinute = checkRequestsPerMinute(wanted.requestsPerMinute);
    const modelIds = await checkModels(this.models, caller.organizationId, { refs: wanted.models ?? [], scopes });
    const key = { tenantId: caller.organizationId, name, scopes, expiresAt, modelIds, requestsPerMinute };
    return this.database.withTenant(caller.organizationId, async (tx) => {
      await lockKeys(tx, caller.organizationId);
      await checkRoomForKey(tx, caller.organizationId, new Date(this.clock.nowMs()));
      return storeApiKey(tx, this.peppers, { ...key, memberId: await makerOf(tx, caller) });
    });
  }
}

/** Mints a key and writes its row. Whether somebody may have it is for the caller to know. */
export async function storeApiKey(tx: Tx, peppers: Peppers, key: KeyToStore): Promise<CreatedApiKey> {
  const { tenantId, name, scopes, expiresAt = null, memberId = null, modelIds = [], requestsPerMinute = null } = key;
  const { id, text } = mintApiKey();
  const { secretHmac, pepperId } = peppers.seal(text);
  const data = { id, tenantId, name, scopes: [...scopes], secretHmac: Uint8Array.from(secretHmac), pepperId, expiresAt, memberId, modelIds: [...modelIds], requestsPerMinute };
  return { apiKey: await tx.apiKey.create({ data }), secret: text };
}

/**
 * The scopes that are wanted, each once, if the caller has them all. The operator's is no permission, so it cannot be asked for.
 * @throws AppError `IDENTITY.SCOPES_INVALID`, `SCOPES_NOT_HELD`
 */
export function checkScopes(wanted: readonly string[], caller: Caller): Permission[] {
  const scopes = [...new Set(wanted)];
  const unknown = scopes.filter((scope) => !isPermission(scope));
  if (unknown.length > 0 || scopes.length === 0) throw identityErrors.SCOPES_INVALID({ unknown, allowed: PERMISSIONS });
  const permissions = scopes.filter(isPermission);
  const missing = permissions.filter((permission) => !isAllowed(caller, permission));
  if (missing.length > 0) throw identityErrors.SCOPES_NOT_HELD({ missing });
  return permissions;
}
