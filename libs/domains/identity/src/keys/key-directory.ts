import { isPermission, OPERATOR_SCOPE, ROLE_PERMISSIONS, type Caller, type Role, type Scope } from '@steelyard/kernel';
import type { Pool } from '@steelyard/platform-database';
import { RecentRows, type RecentRowsOptions } from './recent-rows.js';
import type { SealedKey } from './peppers.js';

/** The channel on which the id of a key that changed is notified. */
export const KEY_CHANGED = 'steelyard_key';

/** A key as the database knows it. */
export interface KnownKey extends SealedKey {
  readonly caller: Caller;
  /** Unix time in milliseconds; Infinity for a key that does not expire. */
  readonly expiresAtMs: number;
  readonly revoked: boolean;
  /** How many requests it may send; `null` for any number. */
  readonly requestsPerMinute: number | null;
  /** How many the keys of its organization may send together; `null` where the server's default counts. */
  readonly organizationRequestsPerMinute: number | null;
}

/** Keys by id, remembered for a short while. */
export class KeyDirectory extends RecentRows<KnownKey> {
  constructor(pool: Pick<Pool, 'query'>, options?: RecentRowsOptions) {
    super((ids) => read(pool, ids), options);
  }
}

async function read(pool: Pick<Pool, 'query'>, ids: readonly string[]): Promise<ReadonlyMap<string, KnownKey>> {
  const { rows } = await pool.query<KeyRow>(
    `SELECT k.id, k.tenant_id, o.handle, k.secret_hmac, k.pepper_id, k.scopes, k.expires_at, k.revoked_at, k.member_id, m.role,
            k.model_ids, k.requests_per_minute, o.requests_per_minute AS organization_requests_per_minute
       FROM api_key k JOIN organization o ON o.id = k.tenant_id
       LEFT JOIN member m ON m.tenant_id = k.tenant_id AND m.id = k.member_id WHERE k.id = ANY($1)`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, toKnownKey(row)]));
}

interface KeyRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly handle: string;
  readonly secret_hmac: Buffer;
  readonly pepper_id: string;
  readonly scopes: readonly string[];
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
  readonly member_id: string | null;
  /** Of the member who made it; none once they are a member no more. */
  readonly role: Role | null;
  readonly model_ids: readonly string[];
  readonly requests_per_minute: number | null;
  readonly organization_requests_per_minute: number | null;
}

function toKnownKey(row: KeyRow): KnownKey {
  return {
    caller: Object.freeze({
      organizationId: row.tenant_id,
      organizationHandle: row.handle,
      actorId: row.id,
      scopes: scopesOf(row),
      modelIds: row.model_ids.length === 0 ? undefined : new Set(row.model_ids),
    }),
    secretHmac: row.secret_hmac,
    pepperId: row.pepper_id,
    expiresAtMs: row.expires_at?.getTime() ?? Number.POSITIVE_INFINITY,
    revoked: row.revoked_at !== null,
    requestsPerMinute: row.requests_per_minute,
    organizationRequestsPerMinute: row.organization_requests_per_minute,
  };
}

/** What the key may do now: its scopes, as far as the role of the member who made it allows them. */
function scopesOf({ scopes, member_id, role }: KeyRow): ReadonlySet<Scope> {
  const known = scopes.filter((scope): scope is Scope => isPermission(scope) || scope === OPERATOR_SCOPE);
  if (member_id === null) return new Set(known);
  const allowed: readonly Scope[] = role === null ? [] : ROLE_PERMISSIONS[role];
  return new Set(known.filter((scope) => allowed.includes(scope)));
}
