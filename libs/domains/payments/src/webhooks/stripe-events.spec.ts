import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { ReadMoney } from '../read-money.js';
import { openShop, type Shop } from '../testing/shop.fixture.js';
import { TopUp } from '../top-ups/top-up.js';
import { StripeEvents } from './stripe-events.js';

const HOUR_MS = 60 * 60 * 1_000;

describeDatabase('asking Stripe for events that did not come', (context) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(context.database());
  });
  afterAll(() => shop.close());

  /** Paid on the page, and no webhook ever says so. */
  async function paidUnheard() {
    const caller = await shop.consumer();
    shop.double.control.webhooks.hold();
    const { sessionId } = await shop.get(TopUp).pay(caller, { amount: '5.00', method: 'checkout', idempotencyKey: newId() });
    shop.double.control.pay(sessionId!);
    shop.double.control.webhooks.takeHeld();
    return caller;
  }

  it('goes back to the first thing that Stripe was asked to do, the first time', async () => {
    const caller = await paidUnheard();
    shop.clock.advance(5 * HOUR_MS);
    expect(await shop.get(StripeEvents).poll()).toBeGreaterThan(0);
    await shop.settle();
    expect(await shop.wallet(caller)).toBe(500n);
  });

  it('goes back to the last time, however long ago', async () => {
    const caller = await paidUnheard();
    shop.clock.advance(40 * HOUR_MS);
    await shop.get(StripeEvents).poll();
    await shop.settle();
    expect(await shop.wallet(caller)).toBe(500n);
    expect(await shop.get(StripeEvents).poll()).toBe(0);
  });

  it('tells the operator of those that cannot be applied, and only of those', async () => {
    const events = shop.get(StripeEvents);
    const notice = (id: string) => ({ id, type: 'payment_intent.succeeded', objectId: 'pi_of_nobody', createdAt: new Date(shop.clock.nowMs()), isLive: false, accountId: undefined });
    await events.keep(notice('evt_refused'), 'webhook');
    expect(await events.applyWaiting()).toBe(0);
    await events.keep(notice('evt_just_in'), 'webhook');
    expect(await shop.get(ReadMoney).waitingEvents(10)).toMatchObject([{ id: 'evt_refused', attempts: 1, error: expect.stringContaining('pi_of_nobody') }]);
  });
});
