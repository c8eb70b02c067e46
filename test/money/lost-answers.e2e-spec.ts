import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId, type Caller } from '@steelyard/kernel';
import type { Fault, Operation } from '@steelyard/stripe-double';
import { describeDatabase } from '@steelyard/test-support';
import { SettlePayout } from '../../libs/domains/payments/src/payouts/settle-payout.js';
import { SetUpPayouts } from '../../libs/domains/payments/src/payouts/set-up-payouts.js';
import { RefundPayment } from '../../libs/domains/payments/src/refunds/refund-payment.js';
import { TopUp } from '../../libs/domains/payments/src/top-ups/top-up.js';
import { PaymentWorld } from './payment-world.js';

/** How an answer is lost. */
const LOST: readonly Fault[] = ['timeout-after', 'reset-after', 'server-error-after'];

describeDatabase('an answer of Stripe that is lost after everything was done', (context) => {
  let world: PaymentWorld;
  beforeAll(async () => {
    world = await PaymentWorld.open(context.database());
  });
  afterAll(() => world.shop.close());

  const lose = (operation: Operation, fault: Fault) => world.shop.double.control.fail(operation, fault, fault.startsWith('reset') ? 2 : 1);
  const topUp = (caller: Caller, method: 'checkout' | 'saved') => world.shop.get(TopUp).pay(caller, { amount: '20.00', method, idempotencyKey: newId() });
  const payoutOf = ({ organizationId }: Caller) => world.database.withPlatform((tx) => tx.payout.findFirstOrThrow({ where: { tenantId: organizationId } }));

  /** Each does one operation of the outbox whose answer is lost. @returns what must be true in the end, in cents */
  const losses: Record<string, (fault: Fault) => Promise<{ of: Caller; wallet?: bigint; owed?: bigint }>> = {
    async customer(fault) {
      const of = await world.shop.consumer();
      lose('customers.create', fault);
      await topUp(of, 'checkout');
      return { of, wallet: 0n };
    },
    async checkout(fault) {
      const of = await world.shop.consumer();
      lose('checkout.sessions.create', fault);
      await topUp(of, 'checkout');
      const [session] = world.shop.double.control.store.all('checkout.session');
      world.shop.double.control.pay(session!.id);
      return { of, wallet: 2_000n };
    },
    async charge(fault) {
      const of = await world.shop.consumer();
      await world.shop.paid(of, '20.00');
      lose('paymentIntents.create', fault);
      await topUp(of, 'saved');
      return { of, wallet: 4_000n };
    },
    async refund(fault) {
      const of = await world.shop.consumer();
      const { id } = await world.shop.paid(of, '20.00');
      lose('refunds.create', fault);
      await world.shop.get(RefundPayment).refund(of, { paymentId: id, amount: '5.00', reason: 'test' });
      return { of, wallet: 1_500n };
    },
    async account(fault) {
      const of = await world.shop.consumer();
      lose('v2.core.accounts.create', fault);
      await world.shop.get(SetUpPayouts).setUp(of, { email: 'ada@example.test', country: 'US' }).catch(() => undefined);
      return { of };
    },
    async payout(fault) {
      const { provider } = await earned();
      lose('transfers.create', fault);
      await world.closeMonth();
      return { of: provider, owed: 0n };
    },
    async reversal(fault) {
      const { provider } = await earned();
      await world.closeMonth();
      lose('transfers.createReversal', fault);
      await world.shop.get(SettlePayout).reverse(provider, (await payoutOf(provider)).id, 'test');
      return { of: provider, owed: 1_700n };
    },
  };

  async function earned(): Promise<{ provider: Caller }> {
    const [consumer, provider] = [await world.shop.consumer(), await world.provider()];
    await world.shop.paid(consumer, '20.00');
    await world.use(consumer, provider, 2_000n);
    return { provider };
  }

  it.each(Object.keys(losses).flatMap((kind) => LOST.map((fault) => [kind, fault] as const)))('%s, by %s: nothing is made twice, no cent moves twice', async (kind, fault) => {
    const { of, wallet, owed } = await losses[kind]!(fault);
    expect(world.shop.double.control.remainingFaults()).toEqual([]);
    await world.settle();
    expect(world.madeTwice()).toEqual([]);
    if (wallet !== undefined) expect(await world.shop.wallet(of)).toBe(wallet);
    if (owed !== undefined) expect(await world.owedCents(of)).toBe(owed);
    const { stripe, ledger } = await world.clearing();
    expect(ledger).toBe(stripe);
    expect(await world.leftovers()).toEqual([]);
  });

  it('leaves nothing for reconciliation to find', async () => {
    const days = await world.reconcile();
    expect(days.flatMap(({ differences }) => differences)).toEqual([]);
    expect(await world.isBalanced()).toBe(true);
  });
});
