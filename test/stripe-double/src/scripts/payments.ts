import { expect } from '@jest/globals';
import type Stripe from 'stripe';
import { handOf, type Script } from './script.js';

const DAY_MS = 86_400_000;
const payment = { amount: 20_00, currency: 'usd', confirm: true, allowed_payment_method_types: ['card'] } satisfies Stripe.PaymentIntentCreateParams;

async function savedCard(stripe: Stripe, card: string): Promise<{ customer: string; payment_method: string; off_session: true }> {
  const customer = await stripe.customers.create();
  const method = await stripe.paymentMethods.attach(card, { customer: customer.id });
  return { customer: customer.id, payment_method: method.id, off_session: true };
}

export const payments: Script[] = [
  {
    name: 'a saved card is charged while its holder is away',
    async play({ stripe }) {
      const saved = await savedCard(stripe, 'pm_card_visa');
      const order = `order-${saved.customer}`;
      const intent = await stripe.paymentIntents.create({ ...payment, ...saved, metadata: { order }, expand: ['latest_charge.balance_transaction'] });
      expect(intent).toMatchObject({ status: 'succeeded', amount_received: 20_00, metadata: { order } });
      const charge = intent.latest_charge as Stripe.Charge;
      expect(charge).toMatchObject({ captured: true, paid: true, amount_captured: 20_00, metadata: { order } });
      expect(await stripe.charges.retrieve(charge.id)).toMatchObject({ payment_intent: intent.id });
      expect((await stripe.charges.list({ payment_intent: intent.id })).data.map(({ id }) => id)).toEqual([charge.id]);
      const entry = charge.balance_transaction as Stripe.BalanceTransaction;
      expect(await stripe.balanceTransactions.retrieve(entry.id)).toMatchObject({ type: 'charge', amount: 20_00, source: charge.id, net: 20_00 - entry.fee });
      expect((await stripe.balanceTransactions.list({ source: charge.id, expand: ['data.source'] })).data).toMatchObject([{ source: { object: 'charge', id: charge.id } }]);
      expect((await stripe.paymentIntents.list({ customer: saved.customer })).data.map(({ metadata }) => metadata)).toEqual([{ order }]);
      expect(await stripe.paymentIntents.update(intent.id, { metadata: { more: 'yes' } })).toMatchObject({ metadata: { order, more: 'yes' } });
    },
  },
  {
    name: 'a payment is found by its metadata',
    needsHand: true,
    async play({ stripe }) {
      const { id } = await stripe.paymentIntents.create({ ...payment, payment_method: 'pm_card_visa', metadata: { order: 'x-1' } });
      const find = async (query: string) => (await stripe.paymentIntents.search({ query })).data.map((found) => found.id);
      expect(await find(`metadata["order"]:"x-1" AND status:"succeeded"`)).toEqual([id]);
      expect(await find(`-metadata['order']:'x-1' AND amount>100`)).not.toContain(id);
      expect(await find(`metadata["order"]:"x-1" AND created<1`)).toEqual([]);
      await expect(stripe.paymentIntents.search({ query: 'order is x-1' })).rejects.toMatchObject({ statusCode: 400 });
    },
  },
  {
    name: 'a card that declines leaves an intent that waits for another',
    async play({ stripe }) {
      const saved = await savedCard(stripe, 'pm_card_chargeCustomerFail');
      const failure = await stripe.paymentIntents.create({ ...payment, ...saved }).catch((error: unknown) => error as Stripe.errors.StripeCardError);
      expect(failure).toMatchObject({ type: 'StripeCardError', statusCode: 402, code: 'card_declined', decline_code: 'generic_decline' });
      const { id } = (failure as Stripe.errors.StripeCardError).payment_intent!;
      expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ status: 'requires_payment_method', amount_received: 0, last_payment_error: { code: 'card_declined' } });
      expect(await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa', return_url: 'https://example.test' })).toMatchObject({ status: 'succeeded', last_payment_error: null });
    },
  },
  {
    name: 'a card that wants its holder is not charged while they are away',
    async play({ stripe }) {
      const saved = await savedCard(stripe, 'pm_card_authenticationRequired');
      await expect(stripe.paymentIntents.create({ ...payment, ...saved })).rejects.toMatchObject({ statusCode: 402, code: 'authentication_required' });
    },
  },
  {
    name: 'money is held, and captured in part or not at all',
    async play({ stripe }) {
      const held = await stripe.paymentIntents.create({ ...payment, payment_method: 'pm_card_visa', capture_method: 'manual' });
      expect(held).toMatchObject({ status: 'requires_capture', amount_capturable: 20_00, amount_received: 0 });
      await expect(stripe.paymentIntents.capture(held.id, { amount_to_capture: 20_01 })).rejects.toMatchObject({ statusCode: 400, code: 'amount_too_large' });
      expect(await stripe.paymentIntents.capture(held.id, { amount_to_capture: 5_00 })).toMatchObject({ status: 'succeeded', amount_received: 5_00, amount_capturable: 0 });
      const other = await stripe.paymentIntents.create({ ...payment, payment_method: 'pm_card_visa', capture_method: 'manual' });
      expect(await stripe.paymentIntents.cancel(other.id, { cancellation_reason: 'abandoned' })).toMatchObject({ status: 'canceled', amount_received: 0 });
      await expect(stripe.paymentIntents.capture(other.id)).rejects.toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
    },
  },
  {
    name: 'a payment is given back in parts, and never more than was paid',
    async play({ stripe }) {
      const intent = await stripe.paymentIntents.create({ ...payment, payment_method: 'pm_card_visa' });
      const first = await stripe.refunds.create({ payment_intent: intent.id, amount: 5_00, reason: 'requested_by_customer', metadata: { why: 'test' } });
      expect(await stripe.refunds.retrieve(first.id)).toMatchObject({ amount: 5_00, status: 'succeeded', payment_intent: intent.id, metadata: { why: 'test' } });
      await expect(stripe.refunds.create({ payment_intent: intent.id, amount: 15_01 })).rejects.toMatchObject({ statusCode: 400, param: 'amount' });
      expect(await stripe.refunds.create({ charge: intent.latest_charge as string })).toMatchObject({ amount: 15_00 });
      await expect(stripe.refunds.create({ payment_intent: intent.id })).rejects.toMatchObject({ code: 'charge_already_refunded' });
      expect((await stripe.refunds.list({ payment_intent: intent.id })).data.map(({ amount }) => amount)).toEqual([15_00, 5_00]);
      expect(await stripe.charges.retrieve(intent.latest_charge as string)).toMatchObject({ refunded: true, amount_refunded: 20_00 });
    },
  },
  {
    name: 'a refund that the bank sends back is on the balance again',
    needsHand: true,
    async play({ stripe }) {
      const intent = await stripe.paymentIntents.create({ ...payment, payment_method: 'pm_card_refundFail' });
      const refund = await stripe.refunds.create({ payment_intent: intent.id });
      expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({ status: 'failed', failure_reason: 'unknown' });
      const moves = (await stripe.balanceTransactions.list({ source: refund.id })).data;
      expect(moves.reduce((sum, { net }) => sum + net, 0)).toBe(0);
    },
  },
  {
    name: 'a dispute takes the money, and brings it back if it is won',
    needsHand: true,
    async play(stage) {
      const { stripe } = stage;
      const intent = await stripe.paymentIntents.create({ ...payment, payment_method: 'pm_card_createDispute' });
      const { data } = await stripe.disputes.list({ payment_intent: intent.id });
      expect(data).toMatchObject([{ status: 'needs_response', amount: 20_00, balance_transactions: [{ amount: -20_00, fee: 15_00 }] }]);
      await expect(stripe.refunds.create({ payment_intent: intent.id })).rejects.toMatchObject({ code: 'charge_disputed' });
      handOf(stage).control.closeDispute(data[0]!.id, 'won');
      const dispute = await stripe.disputes.retrieve(data[0]!.id);
      expect(dispute).toMatchObject({ status: 'won', balance_transactions: [{ amount: -20_00 }, { amount: 20_00 }] });
    },
  },
  {
    name: 'money is pending for two days, and can then be paid out',
    needsHand: true,
    async play(stage) {
      const { stripe } = stage;
      const before = await sums(stripe);
      await stripe.paymentIntents.create({ ...payment, currency: 'eur', payment_method: 'pm_card_visa' });
      expect(await sums(stripe)).toEqual({ ...before, pending: before.pending + 19_12 });
      await expect(stripe.payouts.create({ amount: 19_12, currency: 'eur' })).rejects.toMatchObject({ code: 'balance_insufficient' });
      handOf(stage).passMs(2 * DAY_MS);
      expect(await sums(stripe)).toEqual({ available: before.available + 19_12, pending: before.pending });
      const payout = await stripe.payouts.create({ amount: 19_12, currency: 'eur', metadata: { period: '202611' } });
      expect(await sums(stripe)).toEqual(before);
      handOf(stage).passMs(2 * DAY_MS);
      expect(await stripe.payouts.retrieve(payout.id)).toMatchObject({ status: 'paid', metadata: { period: '202611' } });
      expect((await stripe.payouts.list({ status: 'paid' })).data.map(({ id }) => id)).toContain(payout.id);
    },
  },
];

async function sums(stripe: Stripe): Promise<{ available: number; pending: number }> {
  const { available, pending } = await stripe.balance.retrieve();
  const euros = (amounts: readonly { currency: string; amount: number }[]) => amounts.find(({ currency }) => currency === 'eur')?.amount ?? 0;
  return { available: euros(available), pending: euros(pending) };
}
