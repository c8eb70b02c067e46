import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DATABASE, Repeating, type Database } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { Ledger } from '../../ledger.js';
import { DeliverAlerts } from './deliver-alerts.js';
import type { Notices } from './noticed.js';
import { raiseAlerts } from './raise-alerts.js';

const EVERY_MS = 1_000;
/** All budgets are looked at, whatever was noticed: at the start, and then that often. */
const LOOK_AT_ALL_EVERY_MS = 60_000;

/**
 * Raises alerts soon after usage was written or a call was refused, and sends them: behind the back of calls, on every server. Which of them
 * raises or sends an alert is settled by the database.
 */
@Injectable()
export class BudgetAlerts implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #rounds: readonly Repeating[];
  #lookedAtAllMs = 0;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LOGGER) log: Logger,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(DeliverAlerts) private readonly delivery: DeliverAlerts,
  ) {
    const rounds = { everyMs: EVERY_MS, log };
    this.#rounds = [
      new Repeating({ ...rounds, name: 'raise alerts of budgets', work: () => this.raise(Date.now()) }),
      new Repeating({ ...rounds, name: 'send alerts of budgets', work: async (signal) => void (await this.delivery.run(Date.now(), signal)) }),
    ];
  }

  onApplicationBootstrap(): void {
    for (const round of this.#rounds) round.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.#rounds.map((round) => round.stop()));
  }

  /** @throws what `pg` throws; what was noticed then waits for the next time. */
  async raise(nowMs: number): Promise<void> {
    const taken = this.ledger.noticed.take();
    const isForAll = nowMs - this.#lookedAtAllMs >= LOOK_AT_ALL_EVERY_MS;
    const notices: Notices = isForAll ? { ...taken, tenantIds: undefined } : taken;
    if (notices.tenantIds?.length === 0 && notices.refusals.length === 0) return;
    try {
      await raiseAlerts(this.database.pool, notices, nowMs);
    } catch (error) {
      this.ledger.noticed.putBack(taken);
      throw error;
    }
    if (isForAll) this.#lookedAtAllMs = nowMs;
  }
}
