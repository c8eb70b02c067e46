import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { Outbox } from '../outbox/outbox.js';
import { PaymentSettings } from '../payment-settings.js';
import { PayoutAccounts } from '../payouts/payout-accounts.js';
import { PreparePayouts } from '../payouts/prepare-payouts.js';
import { Rounds } from './rounds.js';
import { Reconcile } from '../reconciliation/reconcile.js';
import { StripeEvents } from '../webhooks/stripe-events.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** What goes on by itself where payments are configured: the outbox, events of Stripe, payouts that wait, and each day's reconciliation. */
@Injectable()
export class PaymentJobs implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #quick: Rounds;
  readonly #rounds: readonly Rounds[];

  constructor(
    @Inject(LOGGER) log: Logger,
    @Inject(PaymentSettings) private readonly settings: PaymentSettings,
    @Inject(Outbox) outbox: Outbox,
    @Inject(StripeEvents) events: StripeEvents,
    @Inject(PayoutAccounts) accounts: PayoutAccounts,
    @Inject(PreparePayouts) payouts: PreparePayouts,
    @Inject(Reconcile) reconcile: Reconcile,
  ) {
    const round = (name: string, everyMs: number, work: () => Promise<unknown>): Rounds => new Rounds({ name, everyMs, log, work });
    this.#quick = round('events and operations of Stripe', 2 * SECOND_MS, async () => {
      await events.applyWaiting();
      await outbox.runDue();
    });
    this.#rounds = [
      this.#quick,
      round('events of Stripe that did not come', 3 * MINUTE_MS, () => events.poll()),
      // Each by itself: what is wrong with one account, or with one month, keeps no other provider waiting.
      round('accounts of providers', 5 * MINUTE_MS, () => accounts.refresh()),
      round('payouts of the last closed month', 5 * MINUTE_MS, () => payouts.prepareLastClosed()),
      round('payouts that wait', 5 * MINUTE_MS, () => payouts.sendWaiting()),
      round('reconciliation', 30 * MINUTE_MS, () => reconcile.missingDays()),
    ];
  }

  onApplicationBootstrap(): void {
    if (this.settings.configured) for (const rounds of this.#rounds) rounds.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.#rounds.map((rounds) => rounds.stop()));
  }

  /** Something has come that need not wait for the next round. */
  wake(): void {
    this.#quick.wake();
  }
}
