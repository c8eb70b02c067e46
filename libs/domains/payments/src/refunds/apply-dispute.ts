import { postTransfer } from '@steelyard/domain-ledger';
import type { Tx } from '@steelyard/platform-database';
import { paymentErrors } from '../errors.js';
import { disputePosting } from '../postings.js';
import type { StripeDispute } from '../stripe/objects.js';
import { lockPayment } from '../top-ups/apply-payment.js';

/**
 * Brings a dispute to the state that Stripe has it in: what the payer's bank has taken back is taken from the wallet, below zero if need be.
 * @throws AppError `PAYMENTS.SAYS_OTHERWISE` when it was taken in another currency than that of the payment: how much of the payment that is, nobody says
 */
export async function applyDispute(tx: Tx, dispute: StripeDispute): Promise<string | undefined> {
  const { id, amountNano, currency, reason, status: state, withdrawnNano, moves } = dispute;
  const payment = await lockPayment(tx, { intentId: dispute.intentId });
  if (!payment) return undefined;
  const { id: paymentId, tenantId } = payment;
  if (dispute.withdrawnCurrency !== payment.currency) {
    throw paymentErrors.SAYS_OTHERWISE({ subject: `dispute ${id}`, theirs: `that it moved ${dispute.withdrawnCurrency}`, ours: `a dispute of a payment in ${payment.currency}` });
  }
  const row = await tx.paymentDispute.upsert({ where: { id }, create: { id, tenantId, paymentId, amountNano, currency, reason, state }, update: {} });
  // What says less than is known is older.
  if (moves < row.moves) return tenantId;
  const more = withdrawnNano - row.withdrawnNano;
  if (more !== 0n) await postTransfer(tx, disputePosting({ id, tenantId, currency, amountNano: more > 0n ? more : -more }, moves, more > 0n));
  await tx.paymentDispute.update({ where: { id }, data: { state, withdrawnNano, moves } });
  return tenantId;
}
