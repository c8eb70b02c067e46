import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId, PLATFORM_ORGANIZATION_ID } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { RefundPayment } from '../refunds/refund-payment.js';
import { openShop, type Shop } from '../testing/shop.fixture.js';
import { TopUp } from '../top-ups/top-up.js';
import { Reconcile, type Difference } from './reconcile.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

describeDatabase('reconciliation', (context) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(context.database());
    shop.double.control.addFunds(1_000_000, 'usd');
  });
  afterAll(() => shop.close());

  /** The day that payments are made on in these specs, once it is over. */
  const today = new Date().toISOString().slice(0, 10);
  const reconcile = async () => {
    const { differences, ...row } = await shop.get(Reconcile).run(today);
    return { ...row, differences: differences as unknown as Difference[] };
  };

  it('takes no day that is not over', async () => {
    for (const day of [today, 'yesterday', '2026-13-01']) await expect(shop.get(Reconcile).run(day)).rejects.toMatchObject({ code: 'PAYMENTS.DAY_INVALID' });
  });

  it('comes to nothing over payments, refunds, disputes and what Stripe has said of none', async () => {
    const caller = await shop.consumer();
    const { id: paymentId, intentId } = await shop.paid(caller, '30.00');
    await shop.get(RefundPayment).refund(caller, { paymentId, amount: '5.00', reason: 'x' });
    await shop.stripe.refunds.create({ payment_intent: intentId!, amount: 200 });
    const disputed = await shop.paid(caller, '11.00');
    shop.double.control.dispute(shop.double.control.store.all('charge').find(({ payment_intent: intent }) => intent === disputed.intentId)!.id);
    await shop.settle();
    shop.double.control.webhooks.hold();
    const unheard = await shop.get(TopUp).pay(caller, { amount: '9.00', method: 'checkout', idempotencyKey: newId() });
    shop.double.control.pay(unheard.sessionId!);
    shop.double.control.webhooks.takeHeld();
    shop.clock.advance(DAY_MS);
    // Of the last one nothing was heard: reconciliation finds it, and puts it into the wallet.
    const row = await reconcile();
    expect(row).toMatchObject({ differences: [], currency: 'usd' });
    expect(row.compared).toBeGreaterThanOrEqual(5);
    expect(await shop.wallet(caller)).toBe(3_200n);
    expect(row.feesNano).toBeGreaterThan(0n);
    await shop.double.control.webhooks.release();
  });

  it('names what the ledger has and Stripe does not, with what to do', async () => {
    const caller = await shop.consumer();
    const invented = newId();
    const post = `SELECT ledger_post($1, 'top_up', $2, 'stripe_clearing', $3, 'consumer_wallet', 5000000000, 'usd', $4)`;
    await context.database().pool.query(post, [newId(), PLATFORM_ORGANIZATION_ID, caller.organizationId, `top_up ${invented}`]);
    expect((await reconcile()).differences).toEqual([
      { subject: `payment ${invented}`, stripeId: null, stripeNano: '0', ledgerNano: '5000000000', action: expect.stringMatching(/operator credit/) },
    ]);
  });

  it('is one row a day, the last', async () => {
    expect(await context.database().withPlatform((tx) => tx.reconciliation.count())).toBe(1);
  });
});
