import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PLATFORM_ACTOR_ID } from '@steelyard/kernel';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { DATABASE, Rounds, type Database } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { BILLING_CLOCK, type BillingClock } from '../clock.js';
import { IssueDue } from '../documents/issue-due.js';
import { ClosePeriod } from './close-period.js';
import { periodBefore, periodOf } from './period.js';

const EVERY_MS = 5_000;
const LOCK = 72_707_385;
const HOUR_MS = 3_600_000;

/** Closes a month some time after its end, and issues what closed months owe. One server at a time does, and each takes over from one that is gone. */
@Injectable()
export class BillingJob implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #rounds: Rounds;
  readonly #stop = new AbortController();

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(CONFIG) private readonly config: Pick<Config, 'closeAfterHours'>,
    @Inject(BILLING_CLOCK) private readonly clock: BillingClock,
    @Inject(ClosePeriod) private readonly closing: ClosePeriod,
    @Inject(IssueDue) private readonly issuing: IssueDue,
  ) {
    this.#rounds = new Rounds({ database, log, name: 'billing', everyMs: EVERY_MS, lock: LOCK, work: () => this.look() });
  }

  onApplicationBootstrap(): void {
    this.#rounds.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stop.abort();
    await this.#rounds.stop();
  }

  /** One round. */
  async look(): Promise<void> {
    await this.#closeLastMonth();
    const issued = await this.issuing.run(this.#stop.signal);
    if (issued > 0) this.log.info({ issued }, 'issued documents of closed months');
  }

  /** A month in which nothing was used needs no closing. */
  async #closeLastMonth(): Promise<void> {
    const period = periodBefore(periodOf((await this.clock.nowMs()) - this.config.closeAfterHours * HOUR_MS));
    const isWanted = 'SELECT EXISTS (SELECT FROM usage_hour WHERE period BETWEEN usage_first_open_period() AND $1) AS wanted';
    const { rows } = await this.database.pool.query<{ wanted: boolean }>(isWanted, [period]);
    if (rows[0]!.wanted && (await this.closing.run(period, PLATFORM_ACTOR_ID))) this.log.info({ period }, 'closed a month');
  }
}
