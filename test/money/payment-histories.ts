import { newId, type Caller } from '@steelyard/kernel';
import type { Delivery, Fault, Operation } from '@steelyard/stripe-double';
import fc from 'fast-check';
import { SettlePayout } from '../../libs/domains/payments/src/payouts/settle-payout.js';
import { RefundPayment } from '../../libs/domains/payments/src/refunds/refund-payment.js';
import { TopUp } from '../../libs/domains/payments/src/top-ups/top-up.js';
import { CENT_NANO, type PaymentWorld } from './payment-world.js';

type Kind = 'checkout' | 'saved' | 'refund' | 'refund in the dashboard' | 'dispute' | 'dispute closed' | 'use' | 'payout' | 'reversal' | 'round';

/** One thing that happens; numbers choose among what is there. */
export interface Act {
  readonly kind: Kind;
  readonly cents: number;
  readonly choice: number;
  /** Of the request of Stripe that it leads to. */
  readonly fault: Fault | null;
  /** Which of the webhooks that wait come after it; one may come more than once, and those that are never chosen are lost. */
  readonly deliveries: readonly number[];
}

const FAULTS: readonly Fault[] = ['timeout-after', 'reset-after', 'server-error-after', 'server-error-before', 'conflict', 'rate-limit', 'bad-gateway', 'bare-not-found'];
const CARDS = ['pm_card_visa', 'pm_card_mastercard', 'pm_card_refundFail', 'pm_card_chargeCustomerFail'];

const kinds = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Kind>('checkout') },
  { weight: 7, arbitrary: fc.constantFrom<Kind>('saved', 'refund', 'refund in the dashboard', 'dispute', 'payout', 'payout', 'round') },
  { weight: 4, arbitrary: fc.constantFrom<Kind>('use', 'dispute closed', 'reversal', 'reversal') },
);

export const histories: fc.Arbitrary<Act[]> = fc.array(
  fc.record({
    kind: kinds,
    cents: fc.integer({ min: 100, max: 6_000 }),
    choice: fc.nat(11),
    fault: fc.option(fc.constantFrom(...FAULTS), { freq: 3 }),
    deliveries: fc.array(fc.nat(40), { maxLength: 6 }),
  }),
  { minLength: 6, maxLength: 14, size: 'max' },
);

const OPERATIONS: Partial<Record<Kind, Operation>> = {
  checkout: 'checkout.sessions.create',
  saved: 'paymentIntents.create',
  refund: 'refunds.create',
  payout: 'transfers.create',
  reversal: 'transfers.createReversal',
};

const act = (kind: Kind, values: Partial<Act> = {}): Act => ({ kind, cents: 2_000, choice: 0, fault: null, deliveries: [0, 3, 0], ...values });

/** One in which everything happens that can. */
export const fullHistory: Act[] = [
  act('saved', { fault: 'timeout-after' }),
  act('payout', { fault: 'reset-after' }),
  act('round'),
  act('refund', { cents: 700, fault: 'server-error-after' }),
  act('reversal', { deliveries: [] }),
  act('checkout', { choice: 2 }),
  act('round'),
  act('refund in the dashboard', { cents: 900 }),
  act('checkout', { choice: 1 }),
  act('round'),
  act('dispute', { deliveries: [1, 0] }),
  act('dispute closed', { deliveries: [] }),
];

/** One history: its own consumer and provider, in a world that it shares with the others. */
export class Play {
  private readonly waiting: Delivery[] = [];
  private readonly sent = new Set<Delivery>();
  private spentNano = 0n;
  private earnedNano = 0n;
  private customerId = '';

  private constructor(
    private readonly world: PaymentWorld,
    private readonly consumer: Caller,
    private readonly provider: Caller,
  ) {}

  static async begin(world: PaymentWorld): Promise<Play> {
    const play = new Play(world, await world.shop.consumer(), await world.provider());
    // Something to spend, and a card that is saved.
    const { sessionId } = await world.shop.paid(play.consumer, '200.00');
    play.customerId = world.shop.double.control.store.get('checkout.session', sessionId!).customer as string;
    world.shop.double.control.webhooks.hold();
    return play;
  }

  async act({ kind, cents, choice, fault, deliveries }: Act): Promise<void> {
    const { control } = this.world.shop.double;
    const operation = OPERATIONS[kind];
    if (fault && operation) control.fail(operation, fault, fault.startsWith('reset') ? 2 : 1);
    try {
      await this.perform(kind, BigInt(cents), choice);
    } finally {
      control.clearFaults();
      await this.deliver(deliveries);
    }
  }

  /** What was not sent by now never comes. */
  async end(): Promise<void> {
    this.waiting.push(...this.world.shop.double.control.webhooks.takeHeld());
    await this.world.settle();
    this.world.shop.double.control.webhooks.takeHeld();
  }

  /** Where the ledger and Stripe do not say the same. */
  async problems(): Promise<string[]> {
    const { shop } = this.world;
    const { stripe, ledger } = await this.world.clearing();
    const wallet = await shop.wallet(this.consumer);
    const owed = await this.world.owedCents(this.provider);
    const found = [...this.world.madeTwice().map((name) => `made twice: ${name}`), ...(await this.world.leftovers()).map((each) => `left over: ${JSON.stringify(each)}`)];
    if (ledger !== stripe) found.push(`clearing is ${ledger}, Stripe has ${stripe}`);
    if (wallet !== this.walletAtStripe()) found.push(`the wallet has ${wallet}, by Stripe ${this.walletAtStripe()}`);
    if (owed !== this.owedByStripe()) found.push(`the provider is owed ${owed}, by Stripe ${this.owedByStripe()}`);
    return found;
  }

  counts(): [string, number][] {
    const own = new Set(this.intents().map(({ id }) => id));
    const { store } = this.world.shop.double.control;
    const transfers = this.transfers();
    return [
      ['payment_intent', own.size],
      ['refund', store.all('refund').filter(({ payment_intent }) => own.has(payment_intent as string)).length],
      ['dispute', store.all('dispute').filter(({ payment_intent }) => own.has(payment_intent as string)).length],
      ['transfer', transfers.length],
      ['transfer_reversal', transfers.filter(({ reversed }) => reversed).length],
      ['webhooks sent', this.sent.size],
      ['webhooks dropped', this.waiting.length - this.sent.size],
    ];
  }

  private async perform(kind: Kind, cents: bigint, choice: number): Promise<void> {
    const { shop } = this.world;
    const { control } = shop.double;
    const chosen = <T>(items: readonly T[]): T | undefined => items[choice % Math.max(items.length, 1)];
    switch (kind) {
      case 'checkout':
        return this.checkout(cents, CARDS[choice % CARDS.length]!);
      case 'saved':
        await shop.get(TopUp).pay(this.consumer, { amount: decimal(cents), method: 'saved', idempotencyKey: newId() });
        return;
      case 'refund': {
        const payment = chosen(await this.payments());
        if (payment) await shop.get(RefundPayment).refund(this.consumer, { paymentId: payment.id, amount: decimal(cents), reason: 'test' });
        return;
      }
      case 'refund in the dashboard': {
        const intent = chosen(this.intents().filter(({ status }) => status === 'succeeded'));
        // Stripe refuses what is disputed, or not there any more.
        if (intent) await shop.stripe.refunds.create({ payment_intent: intent.id, amount: Math.min(Number(cents), intent.amount) }).catch(() => undefined);
        return;
      }
      case 'dispute': {
        const charge = chosen(this.charges().filter(({ disputed, captured, amount_refunded }) => captured && !disputed && amount_refunded === 0));
        if (charge) control.dispute(charge.id);
        return;
      }
      case 'dispute closed': {
        const open = this.disputes().filter(({ status }) => status === 'needs_response');
        const dispute = chosen(open);
        if (dispute) control.closeDispute(dispute.id, choice % 2 === 0 ? 'won' : 'lost');
        return;
      }
      case 'use':
        return this.use(cents);
      case 'payout':
        await this.use(cents);
        await this.world.closeMonth();
        return;
      case 'reversal': {
        const paid = chosen(await this.world.database.withPlatform((tx) => tx.payout.findMany({ where: { tenantId: this.provider.organizationId, state: 'paid' } })));
        if (paid) await shop.get(SettlePayout).reverse(this.provider, paid.id, 'test');
        return;
      }
      case 'round':
        shop.clock.advance(10 * 60_000);
        await shop.settle();
    }
  }

  private async use(cents: bigint): Promise<void> {
    this.spentNano += cents * CENT_NANO;
    this.earnedNano += await this.world.use(this.consumer, this.provider, cents);
  }

  /** Somebody asks for a page, and pays there, if their card lets them. */
  private async checkout(cents: bigint, card: string): Promise<void> {
    const { shop } = this.world;
    const { id } = await shop.get(TopUp).pay(this.consumer, { amount: decimal(cents), method: 'checkout', idempotencyKey: newId() });
    const session = shop.double.control.store.all('checkout.session').find(({ metadata }) => metadata?.['steelyard'] === `topup:${id}`);
    if (!session) return;
    try {
      shop.double.control.pay(session.id, card);
    } catch {
      // The page stays open.
    }
  }

  private async deliver(choices: readonly number[]): Promise<void> {
    const { webhooks } = this.world.shop.double.control;
    this.waiting.push(...webhooks.takeHeld());
    for (const choice of choices) {
      const delivery = this.waiting[this.waiting.length - 1 - (choice % Math.max(this.waiting.length, 1))];
      if (!delivery) continue;
      this.sent.add(delivery);
      await webhooks.send(delivery);
    }
  }

  private payments() {
    return this.world.database.withPlatform((tx) => tx.payment.findMany({ where: { tenantId: this.consumer.organizationId, state: 'succeeded' }, orderBy: { createdAt: 'asc' } }));
  }

  private intents() {
    return this.world.shop.double.control.store.all('payment_intent').filter(({ customer }) => customer === this.customerId);
  }

  private charges() {
    return this.world.shop.double.control.store.all('charge').filter(({ customer }) => customer === this.customerId);
  }

  private disputes() {
    const charges = new Set(this.charges().map(({ id }) => id));
    return this.world.shop.double.control.store.all('dispute').filter(({ charge }) => charges.has(charge as string));
  }

  private transfers() {
    return this.world.shop.double.control.store.all('transfer').filter(({ metadata }) => metadata['steelyard']?.includes(this.provider.organizationId));
  }

  private walletAtStripe(): bigint {
    const intents = new Set(this.intents().map(({ id }) => id));
    const received = this.intents().reduce((sum, intent) => sum + intent.amount_received, 0);
    const refunds = this.world.shop.double.control.store.all('refund').filter(({ payment_intent, status }) => intents.has(payment_intent as string) && status !== 'failed');
    const refunded = refunds.reduce((sum, { amount }) => sum + amount, 0);
    const disputed = this.disputes().reduce((sum, dispute) => sum - dispute.balance_transactions.reduce((all, { amount }) => all + amount, 0), 0);
    return BigInt(received - refunded - disputed) - this.spentNano / CENT_NANO;
  }

  private owedByStripe(): bigint {
    const paid = this.transfers().reduce((sum, { amount, amount_reversed }) => sum + amount - amount_reversed, 0);
    return (this.earnedNano - BigInt(paid) * CENT_NANO) / CENT_NANO;
  }
}

function decimal(cents: bigint): string {
  return `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`;
}
