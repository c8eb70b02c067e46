import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ledger } from '@steelyard/domain-ledger';
import { newId, type Caller } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { paymentErrors } from '../errors.js';
import type { Operation } from '../outbox/operation.js';
import { Outbox } from '../outbox/outbox.js';
import { openShop, type Shop } from '../testing/shop.fixture.js';
import { Customers } from './customers.js';
import { RefreshPayment } from './refresh-payment.js';
import { StripeReceipt } from './stripe-receipt.js';
import { TopUp, type TopUpCommand } from './top-up.js';

describeDatabase('top-ups', (context) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(context.database());
  });
  afterAll(() => shop.close());

  const pay = (caller: Caller, command: Partial<TopUpCommand> = {}) =>
    shop.get(TopUp).pay(caller, { amount: '25.00', method: 'checkout', idempotencyKey: newId(), ...command });
  const payments = (caller: Caller) => context.database().withTenant(caller.organizationId, (tx) => tx.payment.findMany({ where: { tenantId: caller.organizationId } }));

  it('opens a page to pay on, and fills the wallet once it was paid there', async () => {
    const caller = await shop.consumer();
    const payment = await pay(caller, { returnPath: '/o/acme/wallet?tab=payments' });
    expect(payment).toMatchObject({ state: 'open', checkoutUrl: expect.stringMatching(/^http/) });
    expect(shop.double.control.store.get('checkout.session', payment.sessionId!).success_url).toBe(
      `https://steelyard.example/o/acme/wallet?tab=payments&payment=${payment.id}&result=paid`,
    );
    expect(await shop.wallet(caller)).toBe(0n);
    shop.double.control.pay(payment.sessionId!);
    await shop.settle();
    expect(await payments(caller)).toMatchObject([{ state: 'succeeded', failure: null }]);
    expect(await shop.wallet(caller)).toBe(2_500n);
    expect(await shop.get(StripeReceipt).addressOf(caller.organizationId, payment.id)).toMatch(/\/receipt\/ch_/);
  });

  it('has a receipt of Stripe only when it was paid, and only for who paid it', async () => {
    const caller = await shop.consumer();
    const { id } = await pay(caller);
    expect(await shop.get(StripeReceipt).addressOf(caller.organizationId, id)).toBeUndefined();
    const { organizationId } = await shop.consumer();
    await expect(shop.get(StripeReceipt).addressOf(organizationId, id)).rejects.toMatchObject({ code: 'PAYMENTS.PAYMENT_NOT_FOUND' });
  });

  it('is canceled when nobody pays on the page', async () => {
    const caller = await shop.consumer();
    const payment = await pay(caller);
    shop.double.control.expire(payment.sessionId!);
    await shop.settle();
    expect(await payments(caller)).toMatchObject([{ state: 'canceled', failure: expect.stringContaining('expired') }]);
    expect(await shop.wallet(caller)).toBe(0n);
  });

  describe('by a bank that takes days', () => {
    const paidLater = async () => {
      const caller = await shop.consumer();
      const payment = await pay(caller);
      shop.double.control.payLater(payment.sessionId!);
      return { caller, payment };
    };

    it.each(['heard of at once', 'not heard of before'])('has failed once the bank has refused, where that it was tried was %s', async (heard) => {
      shop.double.control.webhooks.hold();
      const { caller, payment } = await paidLater();
      if (heard === 'heard of at once') {
        await shop.get(RefreshPayment).refresh(caller, payment.id);
        expect(await payments(caller)).toMatchObject([{ state: 'processing', checkoutUrl: null }]);
      }
      shop.double.control.webhooks.takeHeld();
      await shop.double.control.webhooks.release();
      shop.double.control.finish(payment.sessionId!, 'refused');
      await shop.settle();
      expect(await payments(caller)).toMatchObject([{ state: 'failed', failure: expect.stringContaining('not enough money'), settledAt: expect.any(Date) }]);
      await shop.get(RefreshPayment).refresh(caller, payment.id);
      expect(await payments(caller)).toMatchObject([{ state: 'failed' }]);
      expect(await shop.wallet(caller)).toBe(0n);
    });

    it('fills the wallet once the bank has paid', async () => {
      const { caller, payment } = await paidLater();
      await shop.settle();
      expect(await payments(caller)).toMatchObject([{ state: 'processing' }]);
      expect(await shop.wallet(caller)).toBe(0n);
      shop.double.control.finish(payment.sessionId!, 'paid');
      await shop.settle();
      expect(await payments(caller)).toMatchObject([{ state: 'succeeded', failure: null }]);
      expect(await shop.wallet(caller)).toBe(2_500n);
    });
  });

  describe('by a saved card', () => {
    let caller: Caller;
    beforeAll(async () => {
      caller = await shop.consumer();
      await shop.paid(caller, '10.00');
    });

    it('shows the card that checkout saved', async () => {
      expect(await shop.get(Customers).savedMethods(caller.organizationId)).toMatchObject([{ label: expect.stringMatching(/^visa ···· \d{4}$/) }]);
    });

    it('charges it without its holder', async () => {
      const before = await shop.wallet(caller);
      expect(await pay(caller, { method: 'saved', amount: '3.50' })).toMatchObject({ state: 'succeeded', amountNano: 3_500_000_000n });
      await shop.settle();
      expect((await shop.wallet(caller)) - before).toBe(350n);
    });

    it('is one payment for one key, however often and at once it is sent', async () => {
      const before = await shop.wallet(caller);
      const idempotencyKey = newId();
      const other = await shop.another();
      const tries = await Promise.all([shop.get, other, shop.get].map((get) => get(TopUp).pay(caller, { amount: '4.00', method: 'saved', idempotencyKey })));
      expect(new Set(tries.map(({ id }) => id)).size).toBe(1);
      await shop.settle();
      expect((await shop.wallet(caller)) - before).toBe(400n);
      await expect(pay(caller, { method: 'saved', amount: '5.00', idempotencyKey })).rejects.toMatchObject({ code: 'PAYMENTS.KEY_CONFLICT' });
    });

    it.each([
      ['pm_card_chargeCustomerFail', /declined/],
      ['pm_card_authenticationRequired', /authentication/],
    ])('says why %s was not charged, and fills no wallet', async (card, why) => {
      const payer = await shop.consumer();
      await shop.stripe.paymentMethods.attach(card, { customer: await shop.get(Customers).ensure(payer.organizationId) });
      expect(await pay(payer, { method: 'saved' })).toMatchObject({ state: 'failed', failure: expect.stringMatching(why) });
      await shop.settle();
      expect(await payments(payer)).toMatchObject([{ state: 'failed', failure: expect.stringMatching(why) }]);
      expect(await shop.wallet(payer)).toBe(0n);
    });
  });

  it('asks once more for a customer that Stripe has refused', async () => {
    const { organizationId: tenantId } = await shop.consumer();
    const key = `customer:${tenantId}`;
    await context.database().withPlatform((tx) => shop.get(Outbox).add(tx, { kind: 'customer', key, tenantId, subjectId: tenantId }));
    const operation = () => context.database().withPlatform((tx) => tx.paymentOperation.findUniqueOrThrow({ where: { key } }));
    await shop.get(Outbox).refuse((await operation()) as Operation, paymentErrors.STRIPE_REFUSED({ reason: 'a rule of the account' }));
    expect(await operation()).toMatchObject({ state: 'failed' });
    expect(await shop.get(Customers).ensure(tenantId)).toMatch(/^cus_/);
    expect(await operation()).toMatchObject({ state: 'done', revision: 1, error: null });
  });

  it('has no saved card before the first checkout', async () => {
    await expect(pay(await shop.consumer(), { method: 'saved' })).rejects.toMatchObject({ code: 'PAYMENTS.NO_SAVED_METHOD' });
  });

  it.each(['0.99', '10000.01', '5.001', '-5.00', 'ten', ''])('takes no amount of %s', async (amount) => {
    await expect(pay(await shop.consumer(), { amount })).rejects.toMatchObject({ code: 'PAYMENTS.AMOUNT_INVALID' });
  });

  it.each([
    [{ currency: 'eur' }, 'PAYMENTS.CURRENCY_UNSUPPORTED'],
    [{ idempotencyKey: '' }, 'PAYMENTS.KEY_INVALID'],
    [{ returnPath: '//elsewhere.example' }, 'PAYMENTS.RETURN_PATH_INVALID'],
    [{ returnPath: '/\\elsewhere.example' }, 'PAYMENTS.RETURN_PATH_INVALID'],
  ] as const)('refuses %j', async (command, code) => {
    await expect(pay(await shop.consumer(), command)).rejects.toMatchObject({ code });
  });

  it('keeps the ledger balanced', async () => {
    expect((await shop.get(Ledger).trialBalance()).every(({ balanced }) => balanced)).toBe(true);
  });
});
