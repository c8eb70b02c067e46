import type { SignedInPerson } from '@steelyard/kernel';
import type { Pool } from '@steelyard/platform-database';
import { RecentRows, type RecentRowsOptions } from '../keys/recent-rows.js';

/** The channel on which the hash of a session that ended is notified, by a trigger. */
export const SESSION_ENDED = 'steelyard_session';

/** A session as the database knows it. */
export interface KnownSession {
  readonly person: SignedInPerson;
  /** Unix times in milliseconds. */
  readonly expiresAtMs: number;
  readonly lastSeenAtMs: number;
  readonly renewedAtMs: number;
  readonly revoked: boolean;
  /** Whether the issuer can be asked about it. */
  readonly renewable: boolean;
}

/** Sessions by the sha256 of their token, in hex. */
export class SessionDirectory extends RecentRows<KnownSession> {
  constructor(pool: Pick<Pool, 'query'>, options?: RecentRowsOptions) {
    super((hashes) => read(pool, hashes), options);
  }
}

async function read(pool: Pick<Pool, 'query'>, hashes: readonly string[]): Promise<ReadonlyMap<string, KnownSession>> {
  const { rows } = await pool.query<SessionRow>(
    `SELECT encode(s.token_hash, 'hex') AS hash, s.id, s.person_id, s.expires_at, s.last_seen_at, s.renewed_at, s.revoked_at,
            s.refresh_token IS NOT NULL AS renewable, p.email, p.name
       FROM session s JOIN person p ON p.id = s.person_id WHERE s.token_hash = ANY($1::bytea[])`,
    [hashes.map((hash) => Buffer.from(hash, 'hex'))],
  );
  return new Map(rows.map((row) => [row.hash, toKnownSession(row)]));
}

interface SessionRow {
  readonly hash: string;
  readonly id: string;
  readonly person_id: string;
  readonly expires_at: Date;
  readonly last_seen_at: Date;
  readonly renewed_at: Date;
  readonly revoked_at: Date | null;
  readonly renewable: boolean;
  readonly email: string;
  readonly name: string;
}

function toKnownSession(row: SessionRow): KnownSession {
  return {
    person: Object.freeze({ id: row.person_id, email: row.email, name: row.name, sessionId: row.id }),
    expiresAtMs: row.expires_at.getTime(),
    lastSeenAtMs: row.last_seen_at.getTime(),
    renewedAtMs: row.renewed_at.getTime(),
    revoked: row.revoked_at !== null,
    renewable: row.renewable,
  };
}
