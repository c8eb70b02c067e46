import type { Ledger } from '@steelyard/domain-ledger';
import type { Logger } from '@steelyard/platform-observability';

export interface HoldKeeperOptions {
  readonly ledger: Ledger;
  readonly log: Logger;
  readonly intervalMs: number;
  /** Calls of this process that have not been written: late or not, their holds are not given up. */
  readonly atWork: () => string[];
}

const EXPIRE_BATCH = 1_000;
const FORGET_BATCH = 10_000;
const FORGET_EVERY_MS = 60 * 60 * 1_000;
/** Twice as long as idempotency keys count. */
const KEEP_MS = 48 * 60 * 60 * 1_000;

/** Gives up holds of which nobody will say what became, and deletes those that nobody will ask for. */
export class HoldKeeper {
  readonly #options: HoldKeeperOptions;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  #forgotAtMs = 0;

  constructor(options: HoldKeeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer ??= setInterval(() => {
      this.#working ??= this.#work().finally(() => (this.#working = undefined));
    }, this.#options.intervalMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#working;
  }

  async #work(): Promise<void> {
    const { ledger, log, atWork } = this.#options;
    try {
      let expired = 0;
      for (let count = EXPIRE_BATCH; count === EXPIRE_BATCH; expired += count) count = await ledger.expireHolds(atWork());
      if (expired > 0) log.info({ expired }, 'gave up holds whose calls nobody has finished');
      if (Date.now() - this.#forgotAtMs < FORGET_EVERY_MS) return;
      while ((await ledger.forgetHolds(KEEP_MS)) === FORGET_BATCH);
      this.#forgotAtMs = Date.now();
    } catch (error) {
      log.warn({ err: error }, 'could not go through the holds; trying again');
    }
  }
}
