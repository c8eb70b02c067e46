import { PLATFORM_ORGANIZATION_ID } from '@steelyard/kernel';
import type { Pool } from '@steelyard/platform-database';
import { AMOUNT_NANO_MAX } from '../reservation.js';

export interface Charge {
  readonly consumerTenantId: string;
  readonly providerTenantId: string;
  readonly currency: string;
  readonly amountNano: bigint;
}

/**
 * The kind of an account that cannot count a charge any more: what went through it comes to more than a BIGINT with it. `undefined` where all can.
 * Errors are those of `pg`.
 */
export async function findFullCounter(pool: Pool, { consumerTenantId, providerTenantId, currency, amountNano }: Charge): Promise<string | undefined> {
  const { rows } = await pool.query<{ kind: string }>(
    `SELECT kind FROM ledger_account
     WHERE currency = $4 AND greatest(debits_posted, credits_posted) > $5
       AND (tenant_id, kind) IN (($1, 'consumer_wallet'), ($2, 'provider_payable'), ($3, 'usage_clearing'), ($3, 'platform_fee'))
     ORDER BY kind LIMIT 1`,
    [consumerTenantId, providerTenantId, PLATFORM_ORGANIZATION_ID, currency, AMOUNT_NANO_MAX - amountNano],
  );
  return rows[0]?.kind;
}
