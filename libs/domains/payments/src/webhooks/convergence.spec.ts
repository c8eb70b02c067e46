import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Ledger } from '@steelyard/domain-ledger';
import { newId } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import fc from 'fast-check';
import { Reconcile } from '../reconciliation/reconcile.js';
import { openShop, type Shop } from '../testing/shop.fixture.js';
import { TopUp } from '../top-ups/top-up.js';
import { StripeEvents } from './stripe-events.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** What happens to one delivery: when it comes, how often, or never. */
interface Fate {
  readonly place: number;
  readonly copies: number;
}

type Step = 'refund in dashboard' | 'dispute' | 'dispute won' | 'dispute lost';

/** I13: whatever becomes of the webhooks, the same state is reached, and nothing is left between Stripe and the ledger. */
describeDatabase('webhooks that come twice, shuffled, late or never', (context) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(context.database());
    shop.double.control.addFunds(10_000_000, 'usd');
  });
  afterAll(() => shop.close());

  const fates = fc.array(fc.record({ place: fc.double({ noNaN: true, min: 0, max: 1 }), copies: fc.integer({ min: 0, max: 3 }) }), { minLength: 40, maxLength: 40 });
  const steps = fc.constantFrom<Step[]>(['refund in dashboard'], ['dispute'], ['dispute', 'dispute won'], ['refund in dashboard', 'dispute', 'dispute lost'], []);

  /** A payment of 20.00 and what follows. Gives what has to be in the wallet in the end, in cents. */
  async function happen(following: readonly Step[]) {
    const caller = await shop.consumer();
    const { control } = shop.double;
    const payment = await shop.get(TopUp).pay(caller, { amount: '20.00', method: 'checkout', idempotencyKey: newId() });
    control.pay(payment.sessionId!);
    const intent = control.store.get('checkout.session', payment.sessionId!).payment_intent as string;
    const charge = control.store.all('charge').find(({ payment_intent: of }) => of === intent)!;
    let wallet = 2_000n;
    let disputed = 0n;
    let dispute = '';
    for (const step of following) {
      if (step === 'refund in dashboard') {
        await shop.stripe.refunds.create({ payment_intent: intent, amount: 700 });
        wallet -= 700n;
      } else if (step === 'dispute') {
        const opened = control.dispute(charge.id);
        dispute = opened.id;
        disputed = BigInt(opened.amount);
        wallet -= disputed;
      } else {
        control.closeDispute(dispute, step === 'dispute won' ? 'won' : 'lost');
        if (step === 'dispute won') wallet += disputed;
      }
    }
    return { caller, wallet };
  }

  async function deliver(given: readonly Fate[]): Promise<void> {
    const { webhooks } = shop.double.control;
    const deliveries = webhooks.takeHeld().flatMap((delivery, index) => {
      const { place, copies } = given[index % given.length]!;
      return Array.from({ length: copies }, (_, copy) => ({ delivery, place: (place + copy * 0.37) % 1 }));
    });
    deliveries.sort((a, b) => a.place - b.place);
    for (const [index, { delivery }] of deliveries.entries()) {
      expect(await webhooks.send(delivery)).toBe(200);
      if (index % 3 === 0) await shop.get(StripeEvents).applyWaiting();
    }
  }

  it('end in the same state, with nothing left between Stripe and the ledger', async () => {
    shop.double.control.webhooks.hold();
    await shop.get(StripeEvents).poll();
    const property = fc.asyncProperty(steps, fates, async (following, given) => {
      const { caller, wallet } = await happen(following);
      await deliver(given);
      await shop.settle();
      await shop.get(StripeEvents).poll();
      await shop.settle();
      expect(await shop.wallet(caller)).toBe(wallet);
    });
    await fc.assert(property, { numRuns: 5 });
    const today = new Date(shop.clock.nowMs()).toISOString().slice(0, 10);
    shop.clock.advance(DAY_MS);
    expect(await shop.get(Reconcile).run(today)).toMatchObject({ differences: [] });
    expect((await shop.get(Ledger).trialBalance()).every(({ balanced }) => balanced)).toBe(true);
  }, 120_000);
});
