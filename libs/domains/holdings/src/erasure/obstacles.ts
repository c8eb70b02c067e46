import { formatNano } from '@steelyard/kernel';
import type { Tx } from '@steelyard/platform-database';

interface Counts {
  readonly calls: number;
  readonly publications: number;
  readonly untaxed: number;
  readonly payments: number;
  readonly refunds: number;
  readonly disputes: number;
  readonly payouts: number;
  readonly operations: number;
}

/** In which order, and as what, they are told. */
const SAID: Readonly<Record<keyof Counts, string>> = {
  calls: 'calls under way',
  publications: 'publications under way',
  untaxed: 'months whose use is still to be invoiced with tax',
  payments: 'payments that are neither paid nor failed',
  refunds: 'refunds under way',
  disputes: 'payments in dispute',
  payouts: 'payouts that are not settled',
  operations: 'requests to Stripe without an answer',
};

/** What an organization has under way, in words; nothing where it may go. */
export async function findObstacles(tx: Tx, tenantId: string): Promise<string[]> {
  const [counts] = await tx.$queryRaw<[Counts]>`SELECT
    (SELECT count(*) FROM ledger_hold WHERE tenant_id = ${tenantId}::uuid AND state = 'open')::INT AS calls,
    (SELECT count(*) FROM publication WHERE tenant_id = ${tenantId}::uuid AND status = 'running')::INT AS publications,
    (SELECT count(DISTINCT period) FROM usage_hour AS u
      WHERE consumer_tenant_id = ${tenantId}::uuid AND amount_nano > 0 AND EXISTS (SELECT FROM billing_tax WHERE tenant_id = ${tenantId}::uuid AND basis_points > 0)
        AND NOT EXISTS (SELECT FROM billing_due AS d WHERE d.tenant_id = ${tenantId}::uuid AND d.period = u.period AND d.kind = 'invoice' AND d.document_id IS NOT NULL))::INT AS untaxed,
    (SELECT count(*) FROM payment WHERE tenant_id = ${tenantId}::uuid AND state IN ('pending', 'open', 'processing'))::INT AS payments,
    (SELECT count(*) FROM payment_refund WHERE tenant_id = ${tenantId}::uuid AND state = 'pending')::INT AS refunds,
    (SELECT count(*) FROM payment_dispute WHERE tenant_id = ${tenantId}::uuid AND state NOT IN ('won', 'lost', 'warning_closed', 'prevented'))::INT AS disputes,
    (SELECT count(*) FROM payout WHERE tenant_id = ${tenantId}::uuid AND state IN ('waiting', 'sending', 'reversing'))::INT AS payouts,
    (SELECT count(*) FROM payment_operation WHERE tenant_id = ${tenantId}::uuid AND state IN ('pending', 'sent', 'stuck'))::INT AS operations`;
  return (Object.keys(SAID) as (keyof Counts)[]).filter((name) => counts[name] > 0).map((name) => `${SAID[name]}: ${counts[name]}`);
}

/** What an organization has, or owes. */
export interface Balance {
  readonly kind: 'consumer_wallet' | 'provider_payable';
  readonly currency: string;
  readonly amountNano: bigint;
}

/** Its accounts that are not empty. */
export async function findBalances(tx: Tx, tenantId: string): Promise<Balance[]> {
  return tx.$queryRaw<Balance[]>`
    SELECT kind, currency, (credits_posted - debits_posted)::BIGINT AS "amountNano" FROM ledger_account
    WHERE tenant_id = ${tenantId}::uuid AND kind IN ('consumer_wallet', 'provider_payable') AND credits_posted <> debits_posted
    ORDER BY kind, currency`;
}

/** A balance as an obstacle. */
export function sayBalance({ kind, currency, amountNano }: Balance): string {
  const amount = `${formatNano(amountNano < 0n ? -amountNano : amountNano)} ${currency.toUpperCase()}`;
  if (kind === 'consumer_wallet') return amountNano > 0n ? `the wallet holds ${amount}` : `the wallet owes ${amount}`;
  return amountNano > 0n ? `${amount} are earned and not paid out` : `${amount} were paid out too much`;
}
