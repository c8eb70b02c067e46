import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId, type Caller } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { SettlePayout } from '../../libs/domains/payments/src/payouts/settle-payout.js';
import { RefundPayment } from '../../libs/domains/payments/src/refunds/refund-payment.js';
import { TopUp } from '../../libs/domains/payments/src/top-ups/top-up.js';
import { CENT_NANO, PaymentWorld } from './payment-world.js';

describeDatabase('money, from a card to a provider and back', (context) => {
  let world: PaymentWorld;
  let consumer: Caller;
  let provider: Caller;
  let paymentId: string;
  const payout = () => world.database.withPlatform((tx) => tx.payout.findFirstOrThrow({ where: { tenantId: provider.organizationId } }));
  const consistent = async () => {
    const { stripe, ledger } = await world.clearing();
    expect(ledger).toBe(stripe);
    expect(await world.isBalanced()).toBe(true);
    expect(world.madeTwice()).toEqual([]);
  };

  beforeAll(async () => {
    world = await PaymentWorld.open(context.database());
    [consumer, provider] = [await world.shop.consumer(), await world.provider()];
  });
  afterAll(() => world.shop.close());

  it('1. the wallet is empty until the checkout page was paid, and then has the whole amount', async () => {
    const { shop } = world;
    const command = { amount: '50.00', method: 'checkout', idempotencyKey: newId() } as const;
    const asked = await shop.get(TopUp).pay(consumer, command);
    expect(asked).toMatchObject({ state: 'open', checkoutUrl: expect.stringContaining('/checkout/') });
    await world.settle();
    expect(await shop.wallet(consumer)).toBe(0n);
    shop.double.control.pay(asked.sessionId!);
    await world.settle();
    paymentId = asked.id;
    expect(await shop.get(TopUp).pay(consumer, command)).toMatchObject({ id: paymentId, state: 'succeeded' });
    expect(await shop.wallet(consumer)).toBe(5_000n);
    await consistent();
  });

  it('2. calls are charged, and the provider is owed its part', async () => {
    await world.use(consumer, provider, 1_200n);
    await world.use(consumer, provider, 800n);
    expect(await world.shop.wallet(consumer)).toBe(3_000n);
    expect(await world.owedCents(provider)).toBe(1_700n);
    await consistent();
  });

  it('3. the month is closed, and the provider has it at Stripe', async () => {
    const period = await world.closeMonth();
    expect(await payout()).toMatchObject({ period, state: 'paid', amountNano: 1_700n * CENT_NANO, transferId: expect.stringMatching(/^tr_/) });
    expect(world.shop.double.control.store.all('transfer')).toMatchObject([{ amount: 17_00, currency: 'usd' }]);
    expect(await world.owedCents(provider)).toBe(0n);
    await consistent();
  });

  it('4. a part of the payment goes back to the card, and no more than is left in the wallet', async () => {
    const refund = (amount?: string) => world.shop.get(RefundPayment).refund(consumer, { paymentId, amount, reason: 'asked for it' });
    expect(await refund('10.00')).toMatchObject({ state: 'succeeded', amountNano: 1_000n * CENT_NANO });
    expect(await world.shop.wallet(consumer)).toBe(2_000n);
    await expect(refund()).rejects.toMatchObject({ code: 'PAYMENTS.REFUND_ABOVE_BALANCE' });
    await expect(refund('40.01')).rejects.toMatchObject({ code: 'PAYMENTS.REFUND_ABOVE_PAYMENT' });
    expect(world.shop.double.control.store.all('refund')).toMatchObject([{ amount: 10_00 }]);
    await consistent();
  });

  it('5. the payout is taken back, and the provider is owed it again', async () => {
    expect(await world.shop.get(SettlePayout).reverse(provider, (await payout()).id, 'a test')).toMatchObject({ state: 'reversed' });
    expect(await world.owedCents(provider)).toBe(1_700n);
    await consistent();
  });

  it('6. Stripe and the ledger agree on every day', async () => {
    await world.settle();
    const days = await world.reconcile();
    expect(days.map(({ differences }) => differences)).toEqual(days.map(() => []));
    expect(days.reduce((sum, { compared }) => sum + compared, 0)).toBeGreaterThanOrEqual(3);
    expect(await world.leftovers()).toEqual([]);
    await consistent();
  });
});
