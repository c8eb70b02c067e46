import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { startStripeDouble, type StripeDouble } from '../index.js';

let double: StripeDouble;
let stripe: Stripe;

beforeAll(async () => {
  double = await startStripeDouble();
  stripe = new Stripe(double.apiKey, double.options);
});

afterAll(() => double.stop());

const open = (values: Partial<Stripe.Checkout.SessionCreateParams> = {}) =>
  stripe.checkout.sessions.create({
    mode: 'payment',
    line_items: [{ quantity: 1, price_data: { currency: 'usd', unit_amount: 12_34, product_data: { name: 'Credit' } } }],
    success_url: 'https://portal.test/paid?id={CHECKOUT_SESSION_ID}',
    cancel_url: 'https://portal.test/?a=1&b="2"',
    ...values,
  });

const press = (url: string, body = '') => fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' }, redirect: 'manual' });

describe('a hosted page', () => {
  it('pays a checkout session and leads back', async () => {
    const session = await open();
    const page = await (await fetch(session.url!)).text();
    expect(page).toContain('<button>Pay 12.34 USD</button>');
    expect(page).toContain('href="https://portal.test/?a=1&#38;b=&#34;2&#34;"');
    const paid = await press(session.url!, 'card=pm_card_visa');
    expect([paid.status, paid.headers.get('location')]).toEqual([303, `https://portal.test/paid?id=${session.id}`]);
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({ payment_status: 'paid' });
    expect((await press(session.url!)).headers.get('location')).toBe(`https://portal.test/paid?id=${session.id}`);
  });

  it('says why a card declines, and waits for another', async () => {
    const session = await open();
    const page = await press(session.url!, 'card=pm_card_chargeCustomerFail');
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Your card was declined.')]);
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({ status: 'open', payment_intent: expect.stringMatching(/^pi_/) });
    await press(session.url!, 'card=pm_card_visa');
    expect((await stripe.paymentIntents.list()).data).toHaveLength(2);
  });

  it('of an expired session is gone, and of none is not there', async () => {
    const session = await open();
    await stripe.checkout.sessions.expire(session.id);
    expect((await fetch(session.url!)).status).toBe(410);
    expect((await fetch(`${double.url}/checkout/cs_none`)).status).toBe(404);
  });

  it('completes the onboarding of a recipient and leads back', async () => {
    const account = await stripe.v2.core.accounts.create({ configuration: { recipient: { capabilities: { stripe_balance: { stripe_transfers: { requested: true } } } } } });
    const use_case = { type: 'account_onboarding' as const, account_onboarding: { refresh_url: 'https://portal.test/again', return_url: 'https://portal.test/back?x=1' } };
    const { url } = await stripe.v2.core.accountLinks.create({ account: account.id, use_case });
    expect(await (await fetch(url)).text()).toContain('<button>Submit</button>');
    expect((await press(url)).headers.get('location')).toBe('https://portal.test/back?x=1');
    expect(await stripe.v2.core.accounts.retrieve(account.id, { include: ['requirements'] })).toMatchObject({ requirements: { entries: [] } });
  });

  it('lets another process play the customer', async () => {
    const session = await open();
    const control = (name: string, ...given: unknown[]) => fetch(`${double.url}/_control/${name}`, { method: 'POST', body: JSON.stringify(given) });
    expect(await (await control('pay', session.id, 'pm_card_chargeCustomerFail')).json()).toMatchObject({ error: { code: 'card_declined' } });
    expect(await (await control('pay', session.id)).json()).toMatchObject({ id: session.id, payment_status: 'paid' });
    expect((await control('stop')).status).toBe(404);
    await control('fail', 'customers.create', 'rate-limit');
    await expect(stripe.customers.create()).rejects.toMatchObject({ statusCode: 429 });
  });
});
