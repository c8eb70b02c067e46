import { postTransfer } from '@steelyard/domain-ledger';
import { formatNano, isId } from '@steelyard/kernel';
import type { Tx } from '@steelyard/platform-database';
import { paymentErrors } from '../errors.js';
import { topUpPosting } from '../postings.js';
import type { StripeIntent, StripeSession } from '../stripe/objects.js';
import { paymentIdOf, type Payment, type PaymentState } from './payment.js';

/** Locks the payment that an object of Stripe's belongs to; `undefined` when it is not one of ours. */
export async function lockPayment(tx: Tx, { key, intentId }: { readonly key?: string | undefined; readonly intentId?: string | undefined }): Promise<Payment | undefined> {
  const named = paymentIdOf(key);
  const where = named !== undefined && isId(named) ? { id: named } : intentId === undefined ? undefined : { intentId };
  const found = where && (await tx.payment.findUnique({ where, select: { id: true } }));
  if (!found) return undefined;
  await tx.$queryRaw`SELECT FROM payment WHERE id = ${found.id}::uuid FOR UPDATE`;
  return (await tx.payment.findUniqueOrThrow({ where: { id: found.id } })) as Payment;
}

/** What a payment has come to, by what Stripe has of it now. Money that has come never goes by this: refunds and disputes say so. */
function stateOf(payment: Payment, { status }: StripeIntent): PaymentState {
  if (payment.state === 'succeeded' || status === 'succeeded') return 'succeeded';
  if (status === 'processing') return 'processing';
  if (status === 'canceled') return 'canceled';
  // Of a checkout the payer may try another card; nobody is there to do so for a saved one.
  if (payment.method === 'saved') return 'failed';
  if (payment.state === 'canceled' || payment.state === 'failed') return payment.state;
  // The page is gone, and the bank has said no; or it still waits, e.g. for its customer to confirm their account.
  if (payment.state === 'processing') return status === 'requires_payment_method' ? 'failed' : 'processing';
  return 'open';
}

/**
 * Brings a payment to the state of its intent, and the money of one that has succeeded into the wallet, once however often it is applied.
 * @returns the tenant whose money it is; `undefined` when it is not ours
 * @throws AppError `PAYMENTS.SAYS_OTHERWISE` when another amount was paid
 */
export async function applyIntent(tx: Tx, intent: StripeIntent, now: Date): Promise<string | undefined> {
  const payment = await lockPayment(tx, { key: intent.key, intentId: intent.id });
  if (!payment) return undefined;
  const state = stateOf(payment, intent);
  if (state === 'succeeded' && payment.state !== 'succeeded') {
    const [theirs, ours] = [`${formatNano(intent.receivedNano)} ${intent.currency}`, `${formatNano(payment.amountNano)} ${payment.currency}`];
    if (theirs !== ours) throw paymentErrors.SAYS_OTHERWISE({ subject: `payment ${payment.id}`, theirs, ours });
    await postTransfer(tx, topUpPosting(payment));
  }
  const isOver = state !== 'open' && state !== 'processing';
  const failure = state === 'succeeded' ? null : (intent.failure ?? (state === 'failed' ? whyNot(intent) : payment.failure));
  await tx.payment.update({ where: { id: payment.id }, data: { state, failure, intentId: intent.id, settledAt: isOver ? (payment.settledAt ?? now) : null } });
  return payment.tenantId;
}

function whyNot({ status }: StripeIntent): string {
  return status === 'requires_action' ? 'the bank wants its customer to confirm the payment: pay by checkout' : 'nothing was charged';
}

/** Once somebody has paid on a checkout page it is gone, and the bank is at it until the intent says more. */
function stateOfPage({ status }: StripeSession): PaymentState {
  if (status === 'complete') return 'processing';
  return status === 'expired' ? 'canceled' : 'open';
}

/** Brings a payment to the state of its checkout page; what was paid there, its intent says. */
export async function applySession(tx: Tx, session: StripeSession, now: Date): Promise<string | undefined> {
  const payment = await lockPayment(tx, { key: session.key });
  if (!payment) return undefined;
  const isNew = payment.state === 'pending' || payment.state === 'open';
  const state: PaymentState = isNew ? stateOfPage(session) : payment.state;
  await tx.payment.update({
    where: { id: payment.id },
    data: { state, sessionId: session.id, checkoutUrl: session.url ?? null, ...(isNew && state === 'canceled' && { settledAt: now, failure: 'nobody paid on the page before it expired' }) },
  });
  return payment.tenantId;
}
