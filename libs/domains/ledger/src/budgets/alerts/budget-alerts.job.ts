import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DATABASE, Repeating, type Database } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { Ledger } from '../../ledger.js';
import type { Notices } from './noticed.js';
import { raiseAlerts } from './raise-alerts.js';

const EVERY_MS = 1_000;
/** All budgets are looked at, whatever was noticed: at the start, and then that often. */
const LOOK_AT_ALL_EVERY_MS = 60_000;

/**
 * Raises alerts soon after usage was written or a call was refused: behind the back of calls, on every server. Which of them raises an alert is
 * settled by the database.
 */
@Injectable()
export class BudgetAlerts implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #raising: Repeating;
  #lookedAtAllMs = 0;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LOGGER) log: Logger,
    @Inject(Ledger) private readonly ledger: Ledger,
  ) {
    this.#raising = new Repeating({ name: 'raise alerts of budgets', everyMs: EVERY_MS, log, work: () => this.raise(Date.now()) });
  }

  onApplicationBootstrap(): void {
    this.#raising.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.#raising.stop();
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
