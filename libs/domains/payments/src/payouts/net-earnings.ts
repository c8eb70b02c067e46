import { Prisma, type Tx } from '@steelyard/platform-database';
import type { Payout } from './payout.js';

export interface NetEarnings {
  readonly tenantId: string;
  readonly amountNano: bigint;
}

/**
 * As `payable (id, nano)`: what each provider can be paid for its calls up to the end of a month, or one of them alone. What the ledger owes it, less what it
 * earned later, less what its consumers have not paid for. A consumer whose wallet is below zero has not paid for its last calls: as much as it lacks is kept
 * back at each provider that it used, up to what it used there. That is never too little, and is paid with a later month's.
 */
function payableBy(period: number, currency: string, tenantId?: string): Prisma.Sql {
  const ofProvider = (column: string): Prisma.Sql => (tenantId === undefined ? Prisma.empty : Prisma.sql`AND ${Prisma.raw(column)} = ${tenantId}::uuid`);
  return Prisma.sql`
    later AS (
      SELECT provider_tenant_id AS id, sum(amount_nano - fee_nano) AS nano FROM usage_hour
      WHERE period > ${period} AND currency = ${currency} ${ofProvider('provider_tenant_id')} GROUP BY 1
    ), lacking AS (
      SELECT tenant_id AS id, debits_posted - credits_posted AS nano FROM ledger_account
      WHERE kind = 'consumer_wallet' AND currency = ${currency} AND debits_posted > credits_posted
    ), used AS (
      SELECT h.consumer_tenant_id AS consumer, h.provider_tenant_id AS id, sum(h.amount_nano - h.fee_nano) AS nano
      FROM usage_hour AS h JOIN lacking ON lacking.id = h.consumer_tenant_id
      WHERE h.period <= ${period} AND h.currency = ${currency} ${ofProvider('h.provider_tenant_id')} GROUP BY 1, 2
    ), unpaid AS (
      SELECT used.id, sum(least(used.nano, lacking.nano)) AS nano FROM used JOIN lacking ON lacking.id = used.consumer GROUP BY 1
    ), payable AS (
      SELECT a.tenant_id AS id, a.credits_posted - a.debits_posted - a.debits_pending - coalesce(later.nano, 0) - coalesce(unpaid.nano, 0) AS nano
      FROM ledger_account AS a LEFT JOIN later ON later.id = a.tenant_id LEFT JOIN unpaid ON unpaid.id = a.tenant_id
      WHERE a.kind = 'provider_payable' AND a.currency = ${currency} ${ofProvider('a.tenant_id')}
    )`;
}

/**
 * What each provider can be paid for its calls up to the end of a month, less what is on its way in payouts that wait. An organization that is erased is
 * paid nothing: of what is left there, nobody is the owner any more.
 */
export async function netEarnings(tx: Tx, period: number, currency: string): Promise<NetEarnings[]> {
  return tx.$queryRaw<NetEarnings[]>`
    WITH ${payableBy(period, currency)}, waiting AS (
      SELECT tenant_id AS id, sum(amount_nano) AS nano FROM payout WHERE state = 'waiting' AND currency = ${currency} GROUP BY 1
    )
    SELECT payable.id AS "tenantId", (payable.nano - coalesce(waiting.nano, 0))::bigint AS "amountNano"
    FROM payable LEFT JOIN waiting ON waiting.id = payable.id
    WHERE NOT EXISTS (SELECT FROM erasure AS e WHERE e.tenant_id = payable.id AND e.state = 'done')
    ORDER BY payable.id`;
}

/**
 * What can be paid now of a payout that waits, by the end of the last closed month: all of it that older ones that wait leave. In nano-units, and below zero
 * where they are more than there is. One statement, so that a payout that is ordered meanwhile is seen as waiting or as paid out of the ledger, never as neither.
 */
export async function payableOf(tx: Tx, { tenantId, period, currency }: Pick<Payout, 'tenantId' | 'period' | 'currency'>): Promise<bigint> {
  const through = (await lastClosedPeriod(tx)) ?? period;
  const rows = await tx.$queryRaw<{ nano: bigint }[]>`
    WITH ${payableBy(through, currency, tenantId)}, older AS (
      SELECT sum(amount_nano) AS nano FROM payout WHERE tenant_id = ${tenantId}::uuid AND state = 'waiting' AND currency = ${currency} AND period < ${period}
    )
    SELECT (coalesce((SELECT nano FROM payable), 0) - coalesce((SELECT nano FROM older), 0))::bigint AS nano`;
  return rows[0]!.nano;
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
