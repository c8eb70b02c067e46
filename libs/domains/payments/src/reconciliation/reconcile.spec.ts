import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId, PLATFORM_ORGANIZATION_ID } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { SetUpPayouts } from '../payouts/set-up-payouts.js';
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

  it('names what Stripe has under a key of ours that no row here is for, and nothing of others', async () => {
    const before = (await reconcile()).differences.length;
    const caller = await shop.consumer();
    const lost = newId();
    const customer = (await shop.stripe.customers.create()).id;
    const charge = { amount: 1_300, currency: 'usd', customer, payment_method: 'pm_card_visa', confirm: true, off_session: true } as const;
    shop.clock.advance(-DAY_MS);
    const own = await shop.stripe.paymentIntents.create({ ...charge, metadata: { steelyard: `topup:${lost}` } });
    await shop.stripe.paymentIntents.create({ ...charge, metadata: { order: 'of another shop' } });
    const { account } = await shop.get(SetUpPayouts).setUp(caller, { email: 'ada@example.org', country: 'US' });
    shop.double.control.completeOnboarding(account.accountId!);
    const transfer = { destination: account.accountId!, amount: 700, currency: 'usd' };
    const { id } = await shop.stripe.transfers.create({ ...transfer, metadata: { steelyard: `payout:${caller.organizationId}:202501` } });
    await shop.stripe.transfers.create(transfer);
    // One that was refused as far as is known here.
    const payout = { id: newId(), tenantId: caller.organizationId, period: 202_502, currency: 'usd', amountNano: 3_000_000_000n, state: 'failed', actorId: 'test' };
    await context.database().withPlatform((tx) => tx.payout.create({ data: payout }));
    const sent = await shop.stripe.transfers.create({ ...transfer, amount: 300, metadata: { steelyard: `payout:${caller.organizationId}:202502` } });
    shop.clock.advance(DAY_MS);
    const { differences } = await reconcile();
    expect(differences).toHaveLength(before + 3);
    expect(differences).toEqual(
      expect.arrayContaining([
        { subject: `payment ${lost}`, stripeId: own.id, stripeNano: '13000000000', ledgerNano: '0', action: expect.stringContaining('is not known here') },
        { subject: `payout ${id}`, stripeId: id, stripeNano: '-7000000000', ledgerNano: '0', action: expect.stringContaining('is not known here') },
        { subject: `payout ${payout.id}`, stripeId: sent.id, stripeNano: '-3000000000', ledgerNano: '0', action: expect.stringMatching(/^Stripe has less/) },
      ]),
    );
  });

  it('names what Stripe has moved in another currency than that of payments', async () => {
    shop.clock.advance(-DAY_MS);
    const { intentId, id } = await shop.paid(await shop.consumer(), '21.00');
    const charge = shop.double.control.store.all('charge').find(({ payment_intent: intent }) => intent === intentId)!;
    shop.clock.advance(DAY_MS);
    const before = (await reconcile()).differences;
    // As of an account that settles in it; and another shop's money.
    Object.assign(shop.double.control.store.get('balance_transaction', charge.balance_transaction as string), { currency: 'eur', amount: 19_30 });
    shop.double.control.addFunds(100, 'eur');
    const { differences } = await reconcile();
    expect(differences).toHaveLength(before.length + 1);
    expect(differences).toContainEqual({ subject: `payment ${id}`, stripeId: null, stripeNano: '19300000000', ledgerNano: '0', action: expect.stringMatching(/moved eur, and money here is usd/) });
  });

  it('is one row a day, the last', async () => {
    expect(await context.database().withPlatform((tx) => tx.reconciliation.count())).toBe(1);
  });
});

describeDatabase('days that are reconciled by themselves', (context) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(context.database());
  });
  afterAll(() => shop.close());

  const days = async () => (await context.database().withPlatform((tx) => tx.reconciliation.findMany({ orderBy: { day: 'asc' } }))).map(({ day }) => day.toISOString().slice(0, 10));
  const daysAgo = (...back: number[]) => back.map((count) => new Date(shop.clock.nowMs() - count * DAY_MS).toISOString().slice(0, 10));

  it('begin with the day before', async () => {
    await shop.get(Reconcile).missingDays();
    expect(await days()).toEqual(daysAgo(1));
  });

  it('are all that a server was off for, also where a later one is done', async () => {
    shop.clock.advance(4 * DAY_MS);
    await shop.get(Reconcile).run();
    await shop.get(Reconcile).missingDays();
    expect(await days()).toEqual(daysAgo(5, 4, 3, 2, 1));
  });

  it('go on past one that fails, which comes again', async () => {
    shop.clock.advance(3 * DAY_MS);
    shop.double.control.fail('balanceTransactions.list', 'server-error-before', 1);
    await shop.get(Reconcile).missingDays();
    expect(await days()).toEqual(daysAgo(8, 7, 6, 5, 4, 2, 1));
    await shop.get(Reconcile).missingDays();
    expect(await days()).toEqual(daysAgo(8, 7, 6, 5, 4, 3, 2, 1));
  });

  it('go back thirty, and no more', async () => {
    const known = (await days()).length;
    shop.clock.advance(50 * DAY_MS);
    await shop.get(Reconcile).missingDays();
    expect(await days()).toHaveLength(known + 30);
    expect((await days()).slice(known)).toEqual(daysAgo(...Array.from({ length: 30 }, (_, index) => 30 - index)));
  });

  it.each(['paymentIntents.retrieve', 'checkout.sessions.retrieve'] as const)('tell what could not be read at %s, and go on', async (operation) => {
    const payment = await shop.get(TopUp).pay(await shop.consumer(), { amount: '8.00', method: 'checkout', idempotencyKey: newId() });
    shop.double.control.webhooks.hold();
    shop.double.control.pay(payment.sessionId!);
    shop.double.control.webhooks.takeHeld();
    const paidOn = new Date(shop.clock.nowMs()).toISOString().slice(0, 10);
    shop.clock.advance(DAY_MS);
    shop.double.control.fail(operation, 'server-error-before', 10);
    const unread = (await shop.get(Reconcile).run(paidOn)).differences as unknown as Difference[];
    shop.double.control.clearFaults();
    expect(unread).toContainEqual(expect.objectContaining({ subject: `payment ${payment.id}`, stripeNano: '8000000000', ledgerNano: '0', action: expect.stringContaining('could not be read from Stripe') }));
    expect(await shop.get(Reconcile).run(paidOn)).toMatchObject({ differences: [] });
    await shop.double.control.webhooks.release();
  });

  it('take in a refund that was made in the dashboard of Stripe and not heard of', async () => {
    const caller = await shop.consumer();
    const { intentId } = await shop.paid(caller, '12.00');
    shop.double.control.webhooks.hold();
    const { id } = await shop.stripe.refunds.create({ payment_intent: intentId!, amount: 700 });
    shop.double.control.webhooks.takeHeld();
    shop.clock.advance(DAY_MS);
    shop.double.control.fail('refunds.retrieve', 'server-error-before', 10);
    const [unread, ...others] = (await shop.get(Reconcile).run()).differences as unknown as Difference[];
    expect(others).toEqual([]);
    expect(unread).toMatchObject({ subject: expect.stringMatching(/^refund /), stripeId: id, stripeNano: '-7000000000', ledgerNano: '0', action: expect.stringContaining('could not be read from Stripe') });
    shop.double.control.clearFaults();
    expect(await shop.get(Reconcile).run()).toMatchObject({ differences: [] });
    expect(await shop.wallet(caller)).toBe(500n);
    await shop.double.control.webhooks.release();
  });

  it('tell of a dispute that could not be read', async () => {
    const { intentId } = await shop.paid(await shop.consumer(), '11.00');
    shop.double.control.webhooks.hold();
    const { id } = shop.double.control.dispute(shop.double.control.store.all('charge').find(({ payment_intent: intent }) => intent === intentId)!.id);
    shop.double.control.webhooks.takeHeld();
    shop.clock.advance(DAY_MS);
    shop.double.control.fail('disputes.retrieve', 'server-error-before', 10);
    expect(await shop.get(Reconcile).run()).toMatchObject({ differences: [{ subject: `dispute ${id}`, stripeNano: '-11000000000', ledgerNano: '0', action: expect.stringContaining('could not be read from Stripe') }] });
    shop.double.control.clearFaults();
    expect(await shop.get(Reconcile).run()).toMatchObject({ differences: [] });
    await shop.double.control.webhooks.release();
  });
});
