import { Ledger } from '@steelyard/domain-ledger';
import { flushUsage, type DoneRecord } from '@steelyard/domain-metering';
import { newId, PLATFORM_ORGANIZATION_ID, type Caller } from '@steelyard/kernel';
import type { Database } from '@steelyard/platform-database';
import { openShop, type Shop } from '../../libs/domains/payments/src/testing/shop.fixture.js';
import { PayoutAccounts } from '../../libs/domains/payments/src/payouts/payout-accounts.js';
import { PreparePayouts } from '../../libs/domains/payments/src/payouts/prepare-payouts.js';
import { SetUpPayouts } from '../../libs/domains/payments/src/payouts/set-up-payouts.js';
import { Reconcile } from '../../libs/domains/payments/src/reconciliation/reconcile.js';
import { StripeEvents } from '../../libs/domains/payments/src/webhooks/stripe-events.js';

export const CENT_NANO = 10_000_000n;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Of the usage here: 15 %. */
const FEE_BASIS_POINTS = 1_500n;

/** The payments domain on a database, a double of Stripe, and what is true of money whatever happened to it. */
export class PaymentWorld {
  private readonly startedMs = Date.now();

  private constructor(
    readonly shop: Shop,
    readonly database: Database,
  ) {}

  /** @param timeoutMs after which an answer of Stripe's is given up; a busy machine needs some */
  static async open(database: Database, timeoutMs = 1_000): Promise<PaymentWorld> {
    const shop = await openShop(database, {}, { timeoutMs });
    // Money that was there before, so that providers can be paid before consumers' payments are available.
    shop.double.control.addFunds(10_000_000, 'usd');
    return new PaymentWorld(shop, database);
  }

  /** A provider that Stripe sends money to. */
  async provider(): Promise<Caller> {
    const caller = await this.shop.consumer();
    const setUp = () => this.shop.get(SetUpPayouts).setUp(caller, { email: 'ada@example.test', country: 'US' });
    // Once more if the machine was too busy for the first answer: so does whoever presses the button.
    const { account } = await setUp().catch(setUp);
    this.shop.double.control.completeOnboarding(account.accountId!);
    await this.shop.get(PayoutAccounts).refresh();
    return caller;
  }

  /** A call that was made and is charged. @returns what the provider gets of it, in nano-units */
  async use(consumer: Caller, provider: Caller, cents: bigint): Promise<bigint> {
    const amountNano = cents * CENT_NANO;
    const feeNano = (amountNano * FEE_BASIS_POINTS) / 10_000n;
    const eventId = newId();
    const ids = { keyId: 'key', modelId: eventId, versionId: eventId, priceId: eventId };
    const times = { queueMicros: 1, computeMicros: 1, totalMicros: 1, occurredAtMs: Date.now() };
    const parties = { consumerTenantId: consumer.organizationId, providerTenantId: provider.organizationId };
    const record: DoneRecord = { eventId, ...parties, ...ids, status: 'succeeded', unit: 'request', quantity: 1n, amountNano, feeNano, currency: 'usd', ...times };
    await flushUsage(this.database.pool, [record]);
    return amountNano - feeNano;
  }

  /** Closes the month that usage is written to, and has its providers paid. @returns the month */
  async closeMonth(): Promise<number> {
    const { rows } = await this.database.pool.query<{ period: number }>('SELECT greatest(usage_first_open_period(), usage_period_of($1::uuid)) AS period', [newId()]);
    const { period } = rows[0]!;
    await this.database.pool.query(`SELECT usage_close_period($1, 'test')`, [period]);
    await this.shop.get(PreparePayouts).prepare(period);
    return period;
  }

  /** Hours go by, in which the jobs have their rounds and ask for events that did not come, until there is nothing to do. */
  async settle(): Promise<void> {
    for (let round = 0; round < 4; round += 1) {
      this.shop.clock.advance(HOUR_MS);
      await this.shop.settle();
      await this.shop.get(StripeEvents).poll();
      await this.shop.settle();
    }
  }

  /** Every whole day since this world began, held against Stripe. */
  async reconcile() {
    this.shop.clock.advance(DAY_MS);
    const days: string[] = [];
    for (let at = this.startedMs; at < this.shop.clock.nowMs() - DAY_MS + 1; at += DAY_MS) days.push(new Date(at).toISOString().slice(0, 10));
    const found = [];
    for (const day of days.filter((each) => each < new Date(this.shop.clock.nowMs()).toISOString().slice(0, 10))) found.push(await this.shop.get(Reconcile).run(day));
    return found;
  }

  /** What Stripe's balance holds of our consumers and providers, before its own fees, and what the ledger says that it holds; both in cents. */
  async clearing(): Promise<{ stripe: bigint; ledger: bigint }> {
    const entries = this.shop.double.control.store.all('balance_transaction').filter(({ source }) => source !== null);
    const text = `SELECT coalesce(sum(debits_posted - credits_posted), 0)::text AS nano FROM ledger_account WHERE tenant_id = $1 AND kind = 'stripe_clearing'`;
    const { rows } = await this.database.pool.query<{ nano: string }>(text, [PLATFORM_ORGANIZATION_ID]);
    return { stripe: BigInt(entries.reduce((sum, { amount }) => sum + amount, 0)), ledger: BigInt(rows[0]!.nano) / CENT_NANO };
  }

  /** Objects of Stripe's that the same operation has made more than one of: money that moved twice. */
  madeTwice(): string[] {
    const { store } = this.shop.double.control;
    const made = (['customer', 'payment_intent', 'checkout.session', 'refund', 'v2.core.account', 'transfer', 'transfer_reversal'] as const).flatMap((kind) =>
      store.all(kind).flatMap(({ metadata }) => (metadata?.['steelyard'] ? [`${kind} ${metadata['steelyard']}`] : [])),
    );
    return made.filter((name, index) => made.indexOf(name) !== index);
  }

  async owedCents(provider: Caller): Promise<bigint> {
    return (await this.shop.get(Ledger).earnings(provider.organizationId, 'usd')) / CENT_NANO;
  }

  async isBalanced(): Promise<boolean> {
    return (await this.shop.get(Ledger).trialBalance()).every(({ balanced }) => balanced);
  }

  /** What the outbox has not done, and events that were not applied. */
  async leftovers(): Promise<unknown[]> {
    return this.database.withPlatform(async (tx) => [
      ...(await tx.paymentOperation.findMany({ where: { state: { notIn: ['done', 'failed'] } }, select: { key: true, state: true, error: true } })),
      ...(await tx.stripeEvent.findMany({ where: { appliedAt: null }, select: { id: true, type: true, error: true } })),
    ]);
  }
}
