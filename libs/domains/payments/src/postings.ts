import type { AccountName, Transfer } from '@steelyard/domain-ledger';
import { idFrom, PLATFORM_ORGANIZATION_ID } from '@steelyard/kernel';

/** What real money does to the ledger. The id follows from the row, so that each is posted once, and reconciliation finds it. */

interface Row {
  readonly id: string;
  readonly tenantId: string;
  readonly amountNano: bigint;
  readonly currency: string;
}

const STRIPE: AccountName = { tenantId: PLATFORM_ORGANIZATION_ID, kind: 'stripe_clearing' };
const OPERATOR: AccountName = { tenantId: PLATFORM_ORGANIZATION_ID, kind: 'operator_credit' };
const wallet = (tenantId: string): AccountName => ({ tenantId, kind: 'consumer_wallet' });
const payable = (tenantId: string): AccountName => ({ tenantId, kind: 'provider_payable' });

function transfer(kind: string, row: Row, [debit, credit]: readonly [AccountName, AccountName]): Transfer {
  return { id: postingId(kind, row.id), kind, debit, credit, amountNano: row.amountNano, currency: row.currency, reason: `${kind} ${row.id}` };
}

/** The transfer of the ledger that a row has led to. */
export function postingId(kind: string, rowId: string): string {
  return idFrom(`payments ${kind} ${rowId}`);
}

/** Stripe has the money: into the wallet. */
export const topUpPosting = (payment: Row): Transfer => transfer('top_up', payment, [STRIPE, wallet(payment.tenantId)]);

/** Out of the wallet, before Stripe is asked. */
export const refundPosting = (refund: Row): Transfer => transfer('refund', refund, [wallet(refund.tenantId), STRIPE]);

/** Stripe has not refunded: back. */
export const refundReturnPosting = (refund: Row): Transfer => transfer('refund_return', refund, [STRIPE, wallet(refund.tenantId)]);

/** What the payer's bank took back of a payment, or gave back; `moves` is how many of Stripe's movements that is after. */
export const disputePosting = (dispute: Row, moves: number, taken: boolean): Transfer =>
  transfer(taken ? 'dispute' : 'dispute_return', { ...dispute, id: `${dispute.id} ${moves}` }, taken ? [wallet(dispute.tenantId), STRIPE] : [STRIPE, wallet(dispute.tenantId)]);

/** Out of what a provider is owed, before Stripe is asked. */
export const payoutPosting = (payout: Row): Transfer => transfer('payout', payout, [payable(payout.tenantId), STRIPE]);

/** Stripe has not paid, or has taken some of it back: owed again. `after` tells one return from the next. */
export const payoutReturnPosting = (payout: Row, after: string): Transfer =>
  transfer('payout_return', { ...payout, id: `${payout.id} ${after}` }, [STRIPE, payable(payout.tenantId)]);

/** Paid by the operator with money that Stripe has nothing to do with. */
export const offlinePayoutPosting = (payout: Row): Transfer => transfer('payout_offline', payout, [payable(payout.tenantId), OPERATOR]);
