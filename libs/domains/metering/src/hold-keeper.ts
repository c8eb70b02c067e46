import type { Ledger } from '@steelyard/domain-ledger';
import type { Logger } from '@steelyard/platform-observability';

export interface HoldKeeperOptions {
  readonly ledger: Pick<Ledger, 'expireHolds' | 'forgetHolds'>;
  readonly log: Logger;
  readonly intervalMs: number;
  /** How long a hold's time must be over before it is given up: its call may have been answered by a server that cannot write for now. */
  readonly overdueMs: number;
  /** How long nothing is given up after the database has come back: other servers have usage to write, and wait between their tries. */
  readonly quietMs: number;
  /** Calls of this process that have not been written: late or not, their holds are not given up. */
  readonly atWork: () => string[];
  /** Rejects while the database is away. */
  readonly reach: () => Promise<unknown>;
  /** A clock that nobody sets. */
  readonly tickMs?: () => number;
}

const EXPIRE_BATCH = 1_000;
const FORGET_BATCH = 10_000;
const FORGET_EVERY_MS = 60 * 60 * 1_000;
/** Twice as long as idempotency keys count. */
const KEEP_MS = 48 * 60 * 60 * 1_000;

/**
 * Gives up holds of which nobody will say what became, and deletes those that nobody will ask for. It knows what its own process has not written, and of
 * others nothing: so it gives them time, and more of it where the database was away for all.
 */
export class HoldKeeper {
  readonly #options: HoldKeeperOptions;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  #forgotAtMs = 0;
  /** Nobody has seen the database since it was last found away, or since the start. */
  #isAway = true;
  #quietUntilTick = 0;

  constructor(options: HoldKeeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer ??= setInterval(() => {
      this.#working ??= this.look().finally(() => (this.#working = undefined));
    }, this.#options.intervalMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#working;
  }

  /** Somebody has found the database away. */
  away(): void {
    this.#isAway = true;
  }

  /** Goes through the holds once. Never throws. */
  async look(): Promise<void> {
    const { ledger, log, atWork, overdueMs } = this.#options;
    try {
      if (await this.#isQuiet()) return;
      let expired = 0;
      for (let count = EXPIRE_BATCH; count === EXPIRE_BATCH; expired += count) count = await ledger.expireHolds(atWork(), { overdueMs });
      if (expired > 0) log.info({ expired }, 'gave up holds whose calls nobody has finished');
      if (Date.now() - this.#forgotAtMs < FORGET_EVERY_MS) return;
      while ((await ledger.forgetHolds(KEEP_MS)) === FORGET_BATCH);
      this.#forgotAtMs = Date.now();
    } catch (error) {
      this.away();
      log.warn({ err: error }, 'could not go through the holds; trying again');
    }
  }

  async #isQuiet(): Promise<boolean> {
    const { reach, quietMs, tickMs = () => performance.now() } = this.#options;
    if (this.#isAway) {
      await reach();
      this.#isAway = false;
      this.#quietUntilTick = tickMs() + quietMs;
    }
    return tickMs() < this.#quietUntilTick;
  }
}
