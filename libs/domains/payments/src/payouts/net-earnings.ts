import type { Tx } from '@steelyard/platform-database';

export interface NetEarnings {
  readonly tenantId: string;
  readonly amountNano: bigint;
}

/**
 * What each provider can be paid for its calls up to the end of a month: what the ledger owes it, less what it earned later, less what is on its way
 * in payouts that wait, less what its consumers have not paid for. A consumer whose wallet is below zero has not paid for its last calls: as much as
 * it lacks is kept back at each provider that it used, up to what it used there. That is never too little, and is paid with a later month's.
 * An organization that is erased is paid nothing: of what is left there, nobody is the owner any more.
 */
export async function netEarnings(tx: Tx, period: number, currency: string): Promise<NetEarnings[]> {
  return tx.$queryRaw<NetEarnings[]>`
    WITH later AS (
      SELECT provider_tenant_id AS id, sum(amount_nano - fee_nano) AS nano FROM usage_hour WHERE period > ${period} AND currency = ${currency} GROUP BY 1
    ), lacking AS (
      SELECT tenant_id AS id, debits_posted - credits_posted AS nano FROM ledger_account
      WHERE kind = 'consumer_wallet' AND currency = ${currency} AND debits_posted > credits_posted
    ), used AS (
      SELECT h.consumer_tenant_id AS consumer, h.provider_tenant_id AS id, sum(h.amount_nano - h.fee_nano) AS nano
      FROM usage_hour AS h JOIN lacking ON lacking.id = h.consumer_tenant_id
      WHERE h.period <= ${period} AND h.currency = ${currency} GROUP BY 1, 2
    ), unpaid AS (
      SELECT used.id, sum(least(used.nano, lacking.nano)) AS nano FROM used JOIN lacking ON lacking.id = used.consumer GROUP BY 1
    ), waiting AS (
      SELECT tenant_id AS id, sum(amount_nano) AS nano FROM payout WHERE state = 'waiting' AND currency = ${currency} GROUP BY 1
    )
    SELECT a.tenant_id AS "tenantId",
      (a.credits_posted - a.debits_posted - a.debits_pending - coalesce(later.nano, 0) - coalesce(unpaid.nano, 0) - coalesce(waiting.nano, 0))::bigint AS "amountNano"
    FROM ledger_account AS a
    LEFT JOIN later ON later.id = a.tenant_id LEFT JOIN unpaid ON unpaid.id = a.tenant_id LEFT JOIN waiting ON waiting.id = a.tenant_id
    WHERE a.kind = 'provider_payable' AND a.currency = ${currency} AND NOT EXISTS (SELECT FROM erasure AS e WHERE e.tenant_id = a.tenant_id AND e.state = 'done')
    ORDER BY a.tenant_id`;
}

/** The first month that usage is still written to. */
export async function firstOpenPeriod(tx: Tx): Promise<number> {
  const rows = await tx.$queryRaw<{ period: number }[]>`SELECT usage_first_open_period() AS period`;
  return rows[0]!.period;
}

export async function lastClosedPeriod(tx: Tx): Promise<number | undefined> {
  const rows = await tx.$queryRaw<{ period: number | null }[]>`SELECT max(period) AS period FROM usage_period`;
  return rows[0]!.period ?? undefined;
}
