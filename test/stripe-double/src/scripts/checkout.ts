import { expect } from '@jest/globals';
import type Stripe from 'stripe';
import { handOf, type Script } from './script.js';

const DAY_MS = 86_400_000;

function topUp(values: Partial<Stripe.Checkout.SessionCreateParams> = {}): Stripe.Checkout.SessionCreateParams {
  const item = { quantity: 2, price_data: { currency: 'usd', unit_amount: 25_00, product_data: { name: 'Credit' } } };
  return { mode: 'payment', line_items: [item], success_url: 'https://example.test/paid?session={CHECKOUT_SESSION_ID}', cancel_url: 'https://example.test/canceled', ...values };
}

export const checkout: Script[] = [
  {
    name: 'a checkout session waits to be paid, or is expired',
    async play({ stripe }) {
      const customer = await stripe.customers.create();
      const session = await stripe.checkout.sessions.create(topUp({ customer: customer.id, metadata: { order: '1' }, client_reference_id: 'ref' }));
      expect(session).toMatchObject({ status: 'open', payment_status: 'unpaid', amount_total: 50_00, currency: 'usd', payment_intent: null, client_reference_id: 'ref' });
      expect(session.url).toMatch(/^https?:/);
      expect((await stripe.checkout.sessions.list({ customer: customer.id })).data.map(({ id }) => id)).toEqual([session.id]);
      expect(await stripe.checkout.sessions.expire(session.id)).toMatchObject({ status: 'expired', url: null });
      await expect(stripe.checkout.sessions.expire(session.id)).rejects.toMatchObject({ statusCode: 400 });
    },
  },
  {
    name: 'somebody pays on the page, and their card is saved',
    needsHand: true,
    async play(stage) {
      const { stripe } = stage;
      const customer = await stripe.customers.create();
      const metadata = { order: '2' };
      const { id } = await stripe.checkout.sessions.create(topUp({ customer: customer.id, metadata, payment_intent_data: { setup_future_usage: 'off_session', metadata } }));
      expect(() => handOf(stage).control.pay(id, 'pm_card_chargeCustomerFail')).toThrow('Your card was declined.');
      expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({ status: 'open', payment_status: 'unpaid' });
      handOf(stage).control.pay(id, 'pm_card_mastercard');
      const session = await stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent.payment_method'] });
      expect(session).toMatchObject({ status: 'complete', payment_status: 'paid', payment_intent: { status: 'succeeded', metadata, amount_received: 50_00 } });
      const saved = await stripe.customers.listPaymentMethods(customer.id);
      expect(saved.data).toMatchObject([{ id: ((session.payment_intent as Stripe.PaymentIntent).payment_method as Stripe.PaymentMethod).id, card: { brand: 'mastercard' } }]);
      await stripe.paymentIntents.create({ amount: 10_00, currency: 'usd', customer: customer.id, payment_method: saved.data[0]!.id, off_session: true, confirm: true });
    },
  },
  ...(['paid', 'refused'] as const).map((outcome): Script => ({
    name: `somebody pays on the page by a bank that takes days, and it is ${outcome}`,
    needsHand: true,
    async play(stage) {
      const { stripe } = stage;
      const { id } = await stripe.checkout.sessions.create(topUp());
      handOf(stage).control.payLater(id);
      const tried = await stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent'] });
      expect(tried).toMatchObject({ status: 'complete', url: null, payment_status: 'unpaid', payment_intent: { status: 'processing' } });
      handOf(stage).control.finish(id, outcome);
      const session = await stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent'] });
      expect(session).toMatchObject({ status: 'complete', url: null, payment_status: outcome === 'paid' ? 'paid' : 'unpaid' });
      expect(session.payment_intent).toMatchObject(outcome === 'paid' ? { status: 'succeeded', amount_received: 50_00 } : { status: 'requires_payment_method', amount_received: 0 });
    },
  })),
  {
    name: 'somebody saves a card on the page',
    needsHand: true,
    async play(stage) {
      const { stripe } = stage;
      const customer = await stripe.customers.create();
      const session = await stripe.checkout.sessions.create({ mode: 'setup', currency: 'usd', customer: customer.id, success_url: 'https://example.test' });
      handOf(stage).control.pay(session.id);
      expect(await stripe.setupIntents.retrieve(session.setup_intent as string)).toMatchObject({ status: 'succeeded', customer: customer.id });
      expect((await stripe.customers.listPaymentMethods(customer.id)).data).toHaveLength(1);
    },
  },
  {
    name: 'a session that nobody pays expires after a day',
    needsHand: true,
    async play(stage) {
      const { stripe } = stage;
      const session = await stripe.checkout.sessions.create(topUp());
      handOf(stage).passMs(DAY_MS);
      expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({ status: 'expired', url: null });
      expect((await stripe.events.list({ type: 'checkout.session.expired' })).data.map(({ data }) => data.object)).toContainEqual(expect.objectContaining({ id: session.id }));
    },
  },
  {
    name: 'somebody answers their bank',
    needsHand: true,
    async play(stage) {
      const { stripe } = stage;
      const asked = await stripe.paymentIntents.create({ amount: 10_00, currency: 'usd', payment_method: 'pm_card_authenticationRequired' });
      const intent = await stripe.paymentIntents.confirm(asked.id, { return_url: 'https://example.test' });
      expect(intent).toMatchObject({ status: 'requires_action', next_action: { type: 'redirect_to_url' } });
      handOf(stage).control.authenticate(intent.id);
      expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({ status: 'succeeded', next_action: null });
    },
  },
];
