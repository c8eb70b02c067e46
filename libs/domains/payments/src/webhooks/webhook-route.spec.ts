import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId, type Caller } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import fc from 'fast-check';
import { newOrganization, openShop, WEBHOOK_SECRET, type Shop } from '../testing/shop.fixture.js';
import { TopUp } from '../top-ups/top-up.js';
import { StripeEvents } from './stripe-events.js';

describeDatabase('webhooks of Stripe', (context) => {
  let shop: Shop;
  let caller: Caller;
  beforeAll(async () => {
    shop = await openShop(context.database());
    caller = await shop.consumer();
  });
  afterAll(() => shop.close());

  const kept = () => context.database().withPlatform((tx) => tx.stripeEvent.findMany());

  /** As Stripe would send it, with what is to be wrong with it. */
  async function send(event: object, { secret = WEBHOOK_SECRET, ageS = 0, method = 'POST' } = {}): Promise<{ status: number; body: Record<string, unknown> }> {
    const payload = JSON.stringify(event);
    const timestamp = Math.floor(shop.clock.nowMs() / 1_000) - ageS;
    const signature = shop.stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
    const response = await fetch(shop.webhookUrl, { method, headers: { 'stripe-signature': signature }, ...(method === 'POST' && { body: payload }) });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }
  const event = (given: object = {}) => ({
    id: `evt_${newId()}`, object: 'event', type: 'payment_intent.succeeded', created: Math.floor(shop.clock.nowMs() / 1_000), livemode: false,
    data: { object: { id: 'pi_of_nobody' } }, ...given,
  });

  it('are kept once, however often they come', async () => {
    const twice = event();
    expect(await send(twice)).toEqual({ status: 200, body: { received: true, duplicate: false } });
    expect(await send(twice)).toEqual({ status: 200, body: { received: true, duplicate: true } });
    expect((await kept()).filter(({ id }) => id === twice.id)).toMatchObject([{ origin: 'webhook', objectId: 'pi_of_nobody', appliedAt: null }]);
  });

  it.each([
    ['with another secret', {}, { secret: 'whsec_another' }, 400, { reason: expect.stringMatching(/signature/i) }],
    ['signed six minutes ago', {}, { ageS: 360 }, 400, { reason: expect.stringMatching(/tolerance/) }],
    ['that are no events', { id: 7 }, {}, 400, { reason: expect.stringMatching(/no event/) }],
    ['by GET', {}, { method: 'GET' }, 405, { received: false }],
    ['of a type that nothing follows from', { type: 'customer.created' }, {}, 200, { ignored: expect.stringMatching(/customer.created/) }],
    ['of live mode', { livemode: true }, {}, 200, { ignored: expect.stringMatching(/live mode/) }],
    ['of another account', { account: 'acct_another' }, {}, 200, { ignored: expect.stringMatching(/acct_another/) }],
  ] as const)('%s change nothing', async (_what, given, how, status, body) => {
    const before = await kept();
    expect(await send(event(given), how)).toMatchObject({ status, body });
    expect(await kept()).toHaveLength(before.length);
  });

  it('are refused, whatever their signature is made of, and what is signed is never a fault of ours', async () => {
    const before = (await kept()).length;
    const post = async (signature: string, body: string): Promise<number> => (await fetch(shop.webhookUrl, { method: 'POST', headers: { 'stripe-signature': signature }, body })).status;
    const payload = JSON.stringify(event());
    const genuine = shop.stripe.webhooks.generateTestHeaderString({ payload, secret: WEBHOOK_SECRET, timestamp: Math.floor(shop.clock.nowMs() / 1_000) });
    const text = fc.string({ unit: fc.constantFrom(...'0123456789abcdeftv=, 1'), maxLength: 90 });
    // One character of it is another, or it is of another body, or it is made up.
    const forged = fc.oneof(
      fc.nat(genuine.length - 1).map((at) => genuine.slice(0, at) + (genuine[at] === 'e' ? 'f' : 'e') + genuine.slice(at + 1)),
      fc.nat(genuine.length - 1).map((length) => genuine.slice(0, length)),
      text,
    );
    await fc.assert(fc.asyncProperty(forged, async (signature) => expect(await post(signature, payload)).toBe(400)), { numRuns: 150, seed: 20_261_130 });
    const signed = fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (body) => {
      const signature = shop.stripe.webhooks.generateTestHeaderString({ payload: body, secret: WEBHOOK_SECRET, timestamp: Math.floor(shop.clock.nowMs() / 1_000) });
      expect([200, 400]).toContain(await post(signature, body));
    });
    await fc.assert(signed, { numRuns: 150, seed: 20_261_130 });
    expect(await kept()).toHaveLength(before);
  });

  it('are refused where payments are not configured, or without the secret', async () => {
    for (const config of [{ stripeSecretKey: undefined }, { stripeWebhookSecret: undefined }]) {
      const closed = await openShop(context.database(), config);
      const response = await fetch(closed.webhookUrl, { method: 'POST', body: '{}' });
      expect([response.status, await response.json()]).toEqual([501, { received: false, reason: expect.stringContaining('STEELYARD_STRIPE_WEBHOOK_SECRET') }]);
      await closed.close();
    }
  });

  it('of an account that is none of ours are heard and change nothing', async () => {
    expect(await send(event({ type: 'account.updated', account: 'acct_another', data: { object: { id: 'acct_another' } } }))).toMatchObject({ status: 200 });
    await shop.settle();
    expect((await kept()).filter(({ objectId }) => objectId === 'acct_another')).toMatchObject([{ error: null, appliedAt: expect.any(Date) }]);
  });

  it('that do not come are asked for', async () => {
    shop.double.control.webhooks.hold();
    await shop.get(StripeEvents).poll();
    const payment = await shop.get(TopUp).pay(caller, { amount: '7.00', method: 'checkout', idempotencyKey: newId() });
    shop.double.control.pay(payment.sessionId!);
    shop.double.control.webhooks.takeHeld();
    await shop.settle();
    expect(await shop.wallet(caller)).toBe(0n);
    expect(await shop.get(StripeEvents).poll()).toBeGreaterThan(0);
    await shop.settle();
    expect(await shop.wallet(caller)).toBe(700n);
    expect(await shop.get(StripeEvents).poll()).toBe(0);
    await shop.double.control.webhooks.release();
  });

  it('wait and are tried again while Stripe does not answer', async () => {
    const payer = await newOrganization(context.database());
    const payment = await shop.get(TopUp).pay(payer, { amount: '8.00', method: 'checkout', idempotencyKey: newId() });
    shop.double.control.fail('paymentIntents.retrieve', 'server-error-before', 10);
    shop.double.control.pay(payment.sessionId!);
    await shop.settle();
    expect(await shop.wallet(payer)).toBe(0n);
    expect((await kept()).filter(({ error }) => error !== null).length).toBeGreaterThan(0);
    shop.double.control.clearFaults();
    shop.clock.advance(60_000);
    await shop.settle();
    expect(await shop.wallet(payer)).toBe(800n);
  });
});
