import type { Pool } from '@steelyard/platform-database';
import type { Reservation } from '../reservation.js';
import { query } from './statements.js';

/** What a call could hold at this moment. It holds nothing: the next call may find less. */
export interface Room {
  /** On the wallet. */
  readonly availableNano: bigint;
  /** The hard budget that has least left, of those that the call falls under. */
  readonly budget: { readonly id: string; readonly leftNano: bigint } | undefined;
  /** Parts of the free unit that are used or held of the model's this month. */
  readonly freeTaken: bigint;
}

/** What the room is for. */
export interface CallOfRoom extends Pick<Reservation, 'tenantId' | 'currency' | 'keyId' | 'modelId'> {
  /** The unit that the model gives some of, if any. */
  readonly freeUnit: string | undefined;
}

const ROOM = `
  SELECT coalesce((SELECT a.credits_posted - a.debits_posted - a.debits_pending FROM ledger_account AS a
      WHERE a.tenant_id = $1 AND a.kind = 'consumer_wallet' AND a.currency = $2), 0) AS available_nano,
    coalesce((SELECT f.used + f.held FROM ledger_window AS f
      WHERE f.tenant_id = $1 AND f.kind = 'free:' || $6::TEXT AND f.subject_id = $4 AND f.starts_at = date_trunc('month', $5::TIMESTAMPTZ, 'UTC')), 0) AS free_taken,
    tightest.id AS budget_id, tightest.left_nano
  FROM (SELECT 1) AS one LEFT JOIN LATERAL (
    SELECT b.id, b.limit_nano - coalesce(w.used + w.held, 0) AS left_nano
    FROM budget AS b
    LEFT JOIN ledger_window AS w ON w.tenant_id = b.tenant_id AND w.kind = 'budget' AND w.subject_id = b.id
      AND w.starts_at = CASE b.period WHEN 'total' THEN to_timestamp(0) ELSE date_trunc(b.period, $5::TIMESTAMPTZ, 'UTC') END
    WHERE b.tenant_id = $1 AND b.currency = $2 AND b.ended_at IS NULL AND b.hard
      AND (b.scope = 'organization' OR b.scope = 'key' AND b.key_id = $3 OR b.scope = 'model' AND b.model_id = $4)
    ORDER BY left_nano, b.id LIMIT 1
  ) AS tightest ON true`;

export async function readRoom(pool: Pool, { tenantId, currency, keyId, modelId, freeUnit }: CallOfRoom): Promise<Room> {
  type Row = { available_nano: string; free_taken: string; budget_id: string | null; left_nano: string | null };
  const { rows } = await query(() => pool.query<Row>(ROOM, [tenantId, currency, keyId, modelId, new Date().toISOString(), freeUnit]));
  const { available_nano: available, free_taken: taken, budget_id: id, left_nano: left } = rows[0]!;
  return { availableNano: BigInt(available), freeTaken: BigInt(taken), budget: id === null ? undefined : { id, leftNano: BigInt(left!) } };
}
