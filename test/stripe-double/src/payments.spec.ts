import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { startStripeDouble, type StripeDouble } from './start-stripe-double.js';

let double: StripeDouble;
let stripe: Stripe;
let nowMs: number;

beforeEach(async () => {
  nowMs = Date.parse('2026-11-30T12:00:00Z');
  double = await startStripeDouble({ clock: { nowMs: () => nowMs } });
  stripe = new Stripe(double.apiKey, { ...double.options, timeout: 1_000 });
});

afterEach(() => double.stop());

describe('a payment', () => {
  it('off session with a saved card', async () => {
    const customer = await stripe.customers.create({ email: 'a@example.test', metadata: { tenant: 't1' } });
    const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    const intent = await stripe.paymentIntents.create({ amount: 2000, currency: 'usd', customer: customer.id, payment_method: method.id, confirm: true, off_session: true, metadata: { order: '7' }, expand: ['latest_charge.balance_transaction'] });
    expect(intent).toMatchObject({ status: 'succeeded', amount_received: 2000, latest_charge: { balance_transaction: { fee: 88, net: 1912, status: 'pending' } } });
    expect((await stripe.paymentIntents.search({ query: `metadata["order"]:"7" AND status:"succeeded"` })).data.map(({ id }) => id)).toEqual([intent.id]);
    expect(await stripe.balance.retrieve()).toMatchObject({ available: [{ amount: 0 }], pending: [{ amount: 1912 }] });
    nowMs += 2 * 86_400_000;
    expect(await stripe.balance.retrieve()).toMatchObject({ available: [{ amount: 1912 }], pending: [{ amount: 0 }] });
  });

  it('by a checkout session', async () => {
    const session = await stripe.checkout.sessions.create({ mode: 'payment', success_url: 'https://x.test/{CHECKOUT_SESSION_ID}', line_items: [{ quantity: 1, price_data: { currency: 'usd', unit_amount: 5000, product_data: { name: 'Top-up' } } }] });
    double.control.pay(session.id);
    expect(await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] })).toMatchObject({ status: 'complete', payment_status: 'paid', payment_intent: { status: 'succeeded', amount: 5000 } });
  });
});
