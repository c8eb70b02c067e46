import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Ledger } from '@steelyard/domain-ledger';
import { newId, type Caller } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { Outbox } from '../outbox/outbox.js';
import { ResolveOperation } from '../outbox/resolve-operation.js';
import { ReadMoney } from '../read-money.js';
import { openShop, type Shop } from '../testing/shop.fixture.js';
import { Customers } from '../top-ups/customers.js';
import { TopUp } from '../top-ups/top-up.js';
import { RefreshObject } from '../webhooks/refresh-object.js';
import { RefundPayment, type RefundCommand } from './refund-payment.js';

describeDatabase('refunds and disputes', (context) => {
  let shop: Shop;
  let caller: Caller;
  let paymentId: string;
  beforeAll(async () => {
    shop = await openShop(context.database());
  });
  const pay = async (amount = '20.00') => {
    caller = await shop.consumer();
    paymentId = (await shop.paid(caller, amount)).id;
    shop.double.control.addFunds(100_000, 'usd');
  };
  afterEach(() => shop.double.control.clearFaults());
  afterAll(() => shop.close());

  const refund = (command: Partial<RefundCommand> = {}) => shop.get(RefundPayment).refund(caller, { paymentId, reason: 'asked for', ...command });
  const rows = () => context.database().withPlatform((tx) => tx.paymentRefund.findMany({ where: { paymentId }, orderBy: { createdAt: 'asc' } }));
  const disputes = () => context.database().withPlatform((tx) => tx.paymentDispute.findMany({ where: { paymentId } }));
  const intentId = async () => (await context.database().withPlatform((tx) => tx.payment.findUniqueOrThrow({ where: { id: paymentId } }))).intentId!;

  it('gives back a part, then the rest, and no more', async () => {
    await pay();
    expect(await refund({ amount: '5.00' })).toMatchObject({ state: 'succeeded', amountNano: 5_000_000_000n });
    expect(await shop.wallet(caller)).toBe(1_500n);
    await expect(refund({ amount: '15.01' })).rejects.toMatchObject({ code: 'PAYMENTS.REFUND_ABOVE_PAYMENT' });
    expect(await refund()).toMatchObject({ state: 'succeeded', amountNano: 15_000_000_000n });
    await expect(refund()).rejects.toMatchObject({ code: 'PAYMENTS.REFUND_ABOVE_PAYMENT' });
    await shop.settle();
    expect(await shop.wallet(caller)).toBe(0n);
    expect(await rows()).toHaveLength(2);
  });

  it('gives back no more than the wallet has', async () => {
    await pay();
    const hold = { eventId: newId(), tenantId: caller.organizationId, currency: 'usd', amountNano: 8_000_000_000n, keyId: 'key', modelId: newId(), expiresAtMs: Date.now() + 60_000 };
    expect(await shop.get(Ledger).reserve(hold)).toMatchObject({ outcome: 'open' });
    await expect(refund({ amount: '12.01' })).rejects.toMatchObject({ code: 'PAYMENTS.REFUND_ABOVE_BALANCE' });
    expect(await rows()).toEqual([]);
    expect(await refund({ amount: '12.00' })).toMatchObject({ state: 'succeeded' });
  });

  it('is one refund for one id, and never two of what is there once', async () => {
    await pay();
    const id = newId();
    const tries = await Promise.all([refund({ id, amount: '3.00' }), refund({ id, amount: '3.00' }), refund({ id, amount: '3.00' })]);
    expect(new Set(tries.map((row) => row.id))).toEqual(new Set([id]));
    const greedy = await Promise.allSettled(Array.from({ length: 5 }, () => refund({ amount: '10.00' })));
    expect(greedy.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await shop.settle();
    expect(await shop.wallet(caller)).toBe(700n);
  });

  it('puts the money back when Stripe refuses', async () => {
    await pay();
    // Somebody was quicker in the dashboard, and it has not been heard of.
    shop.double.control.webhooks.hold();
    await shop.stripe.refunds.create({ payment_intent: await intentId(), amount: 1_500 });
    expect(await refund({ amount: '10.00' })).toMatchObject({ state: 'failed', failure: expect.stringMatching(/refused/) });
    expect(await shop.wallet(caller)).toBe(2_000n);
    await shop.double.control.webhooks.release();
    await shop.settle();
    expect(await shop.wallet(caller)).toBe(500n);
    expect(await rows()).toMatchObject([{ state: 'failed', origin: 'operator' }, { state: 'succeeded', origin: 'stripe', amountNano: 15_000_000_000n }]);
  });

  it.each(['timeout-after', 'server-error-after', 'reset-after', 'bad-gateway'] as const)('refunds once after %s', async (fault) => {
    await pay();
    const quick = await openShop(context.database(), { stripeApiBase: shop.double.url, stripeSecretKey: shop.double.apiKey }, { timeoutMs: 400 });
    shop.double.control.fail('refunds.create', fault, fault.startsWith('reset') ? 2 : 1);
    const { id } = await quick.get(RefundPayment).refund(caller, { paymentId, amount: '4.00', reason: 'x' });
    for (let tries = 0; tries < 5 && (await rows())[0]!.state === 'pending'; tries += 1) {
      quick.clock.advance(60 * 60 * 1_000);
      await quick.get(Outbox).runDue();
    }
    await quick.close();
    expect(await rows()).toMatchObject([{ id, state: 'succeeded' }]);
    expect(shop.double.control.store.all('refund').filter(({ metadata }) => metadata?.['steelyard'] === `refund:${id}`)).toHaveLength(1);
    expect(await shop.wallet(caller)).toBe(1_600n);
  });

  it('stays out of the wallet when the look-up of one that was sent is refused', async () => {
    await pay();
    shop.double.control.fail('refunds.create', 'server-error-after');
    const { id } = await refund({ amount: '4.00' });
    // As a key of another account sees it: Stripe knows no such payment.
    const own = await intentId();
    const call = (intent: string) => context.database().withPlatform((tx) => tx.payment.update({ where: { id: paymentId }, data: { intentId: intent } }));
    await call('pi_of_another_account');
    const operation = () => context.database().withPlatform((tx) => tx.paymentOperation.findUniqueOrThrow({ where: { key: `refund:${id}` } }));
    const later = async (hours: number) => {
      shop.clock.advance(hours * 60 * 60 * 1_000);
      await shop.get(Outbox).runDue();
    };
    await later(2);
    expect(await operation()).toMatchObject({ state: 'sent', error: expect.stringMatching(/be looked up.*pi_of_another_account/) });
    expect(await rows()).toMatchObject([{ id, state: 'pending' }]);
    expect(await shop.wallet(caller)).toBe(1_600n);
    await later(25);
    expect(await operation()).toMatchObject({ state: 'stuck' });
    await call(own);
    await shop.get(ResolveOperation).resolve(caller, { id: (await operation()).id, action: 'retry', reason: 'the key was the wrong one' });
    expect(await operation()).toMatchObject({ state: 'done' });
    expect(await rows()).toMatchObject([{ id, state: 'succeeded' }]);
    expect(await shop.wallet(caller)).toBe(1_600n);
  });

  it('are taken over one by one: what is wrong with one keeps neither another nor a dispute', async () => {
    await pay();
    const intent = await intentId();
    shop.double.control.webhooks.hold();
    const { id } = await shop.stripe.refunds.create({ payment_intent: intent, amount: 100 });
    const adopted = { tenantId: caller.organizationId, paymentId, currency: 'usd', amountNano: 1_000_000_000n, reason: 'test', actorId: 'test' };
    await context.database().withPlatform((tx) => tx.paymentRefund.create({ data: { ...adopted, id: newId(), refundId: id, state: 'failed', origin: 'stripe' } }));
    await shop.stripe.refunds.create({ payment_intent: intent, amount: 200 });
    const refresh = shop.get(RefreshObject);
    await expect(refresh.refresh('intent', intent)).rejects.toMatchObject({ code: 'PAYMENTS.SAYS_OTHERWISE' });
    expect(await rows()).toMatchObject([{ refundId: id, state: 'failed' }, { state: 'succeeded', amountNano: 2_000_000_000n }]);
    expect(await shop.wallet(caller)).toBe(1_800n);
    const dispute = shop.double.control.dispute(shop.double.control.store.all('charge').find(({ payment_intent: of }) => of === intent)!.id);
    await expect(refresh.refresh('dispute', dispute.id)).rejects.toMatchObject({ code: 'PAYMENTS.SAYS_OTHERWISE' });
    expect(await disputes()).toMatchObject([{ id: dispute.id, withdrawnNano: 20_000_000_000n }]);
    shop.double.control.webhooks.takeHeld();
    await shop.double.control.webhooks.release();
  });

  it('gives back nothing of a payment that a refund and a dispute have taken twice', async () => {
    await pay();
    await refund({ amount: '5.00' });
    const intent = await intentId();
    shop.double.control.dispute(shop.double.control.store.all('charge').find(({ payment_intent: of }) => of === intent)!.id);
    await shop.settle();
    for (const amount of [undefined, '1.00']) {
      await expect(refund({ amount })).rejects.toMatchObject({ code: 'PAYMENTS.REFUND_ABOVE_PAYMENT', message: expect.stringContaining(': 0.00 usd of the payment is left') });
    }
  });

  it('puts the money back when a refund that seemed to work fails', async () => {
    caller = await shop.consumer();
    await shop.stripe.paymentMethods.attach('pm_card_refundFail', { customer: await shop.get(Customers).ensure(caller.organizationId) });
    ({ id: paymentId } = await shop.get(TopUp).pay(caller, { amount: '20.00', method: 'saved', idempotencyKey: newId() }));
    await shop.settle();
    await refund({ amount: '6.00' });
    shop.clock.advance(3 * 24 * 60 * 60 * 1_000);
    shop.double.control.letTimePass();
    await shop.settle();
    expect(await rows()).toMatchObject([{ state: 'failed' }]);
    expect(await shop.wallet(caller)).toBe(2_000n);
  });

  it('takes back what a bank takes back, and gives it again when the dispute is won', async () => {
    await pay();
    const charge = shop.double.control.store.all('charge').find(({ payment_intent: intent }) => intent === shop.double.control.store.all('payment_intent')[0]!.id)!;
    const dispute = shop.double.control.dispute(charge.id);
    await shop.settle();
    expect(await disputes()).toMatchObject([{ id: dispute.id, withdrawnNano: 20_000_000_000n }]);
    expect(await shop.wallet(caller)).toBe(0n);
    await expect(refund({ amount: '1.00' })).rejects.toMatchObject({ code: 'PAYMENTS.REFUND_ABOVE_PAYMENT' });
    shop.double.control.closeDispute(dispute.id, 'won');
    await shop.settle();
    expect(await disputes()).toMatchObject([{ state: 'won', withdrawnNano: 0n }]);
    expect(await shop.wallet(caller)).toBe(2_000n);
  });

  it('takes nothing from a wallet by a dispute that Stripe has moved in another currency, and tells', async () => {
    await pay();
    const intent = await intentId();
    const dispute = shop.double.control.dispute(shop.double.control.store.all('charge').find(({ payment_intent: of }) => of === intent)!.id);
    Object.assign(dispute.balance_transactions[0]!, { currency: 'eur', amount: -18_50 });
    await shop.settle();
    expect(await disputes()).toEqual([]);
    expect(await shop.wallet(caller)).toBe(2_000n);
    const told = (await shop.get(ReadMoney).waitingEvents(10)).filter(({ objectId }) => objectId === dispute.id);
    expect(told).toMatchObject([{ error: expect.stringMatching(/that it moved eur .* payment in usd/) }, {}]);
  });

  it.each([
    [{ paymentId: newId() }, 'PAYMENTS.PAYMENT_NOT_FOUND'],
    [{ paymentId: 'x' }, 'PAYMENTS.PAYMENT_NOT_FOUND'],
    [{ reason: ' ' }, 'PAYMENTS.REASON_MISSING'],
    [{ id: 'x' }, 'PAYMENTS.ID_INVALID'],
    [{ amount: '0.00' }, 'PAYMENTS.AMOUNT_INVALID'],
    [{ amount: '1.001' }, 'PAYMENTS.AMOUNT_INVALID'],
  ])('refuses %j', async (command, code) => {
    await expect(refund(command)).rejects.toMatchObject({ code });
  });

  it('keeps the ledger balanced', async () => {
    expect((await shop.get(Ledger).trialBalance()).every(({ balanced }) => balanced)).toBe(true);
  });
});
