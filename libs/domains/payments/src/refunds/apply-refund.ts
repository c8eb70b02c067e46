import { postTransfer } from '@steelyard/domain-ledger';
import { idFrom, PLATFORM_ACTOR_ID } from '@steelyard/kernel';
import type { PaymentRefund, Tx } from '@steelyard/platform-database';
import { paymentErrors } from '../errors.js';
import { refundPosting, refundReturnPosting } from '../postings.js';
import type { StripeRefund } from '../stripe/objects.js';
import { lockPayment } from '../top-ups/apply-payment.js';
import type { Payment } from '../top-ups/payment.js';

const KEY_PREFIX = 'refund:';

export function refundKey(refundId: string): string {
  return KEY_PREFIX + refundId;
}

/** Of our row of a refund that was made in Stripe's dashboard. */
export function idOfAdopted(refundId: string): string {
  return idFrom(`refund of Stripe ${refundId}`);
}

export type RefundState = 'pending' | 'succeeded' | 'failed';

/** Brings a refund to the state that Stripe has it in: ours, or one that was made in Stripe's dashboard. */
export async function applyRefund(tx: Tx, refund: StripeRefund, now: Date): Promise<string | undefined> {
  const payment = await lockPayment(tx, { intentId: refund.intentId });
  if (!payment) return undefined;
  const row = (await findRow(tx, refund)) ?? (await adopt(tx, payment, refund));
  const state = stateOf(refund);
  if (row.state === 'failed' && state !== 'failed') {
    throw paymentErrors.SAYS_OTHERWISE({ subject: `refund ${row.id}`, theirs: refund.status, ours: 'failed, with the money back in the wallet' });
  }
  // What says less than is known is older.
  if (row.state !== 'pending' && state === 'pending') return payment.tenantId;
  if (state === 'failed' && row.state !== 'failed') await postTransfer(tx, refundReturnPosting(row));
  const failure = state === 'failed' ? (refund.failure ?? refund.status) : null;
  await tx.paymentRefund.update({ where: { id: row.id }, data: { state, refundId: refund.id, failure, settledAt: state === 'pending' ? null : (row.settledAt ?? now) } });
  return payment.tenantId;
}

function stateOf({ status }: StripeRefund): RefundState {
  if (status === 'succeeded') return 'succeeded';
  return status === 'failed' || status === 'canceled' ? 'failed' : 'pending';
}

async function findRow(tx: Tx, { id, key }: StripeRefund): Promise<PaymentRefund | null> {
  const named = key?.startsWith(KEY_PREFIX) ? key.slice(KEY_PREFIX.length) : undefined;
  return (named === undefined ? null : await tx.paymentRefund.findUnique({ where: { id: named } })) ?? tx.paymentRefund.findUnique({ where: { refundId: id } });
}

/** The money has left Stripe whether the wallet has it or not. */
async function adopt(tx: Tx, { tenantId, id: paymentId }: Payment, refund: StripeRefund): Promise<PaymentRefund> {
  const { id: refundId, amountNano, currency, reason } = refund;
  const id = idOfAdopted(refundId);
  const row = await tx.paymentRefund.create({
    data: { id, tenantId, paymentId, refundId, amountNano, currency, origin: 'stripe', reason: reason ?? 'made in the dashboard of Stripe', actorId: PLATFORM_ACTOR_ID },
  });
  await postTransfer(tx, refundPosting(row));
  return row;
}
