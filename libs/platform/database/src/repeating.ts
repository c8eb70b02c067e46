import { actAsPlatform } from './acting.js';
import type { DatabaseLog } from './database.js';

export interface RepeatingOptions {
  /** What is done, for the log. */
  readonly name: string;
  readonly everyMs: number;
  readonly log: DatabaseLog;
  readonly work: (signal: AbortSignal) => Promise<void>;
}

/** Does something again and again, never twice at once. A time that fails is logged, and the next one tries again. */
export class Repeating {
  readonly #options: RepeatingOptions;
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;

  constructor(options: RepeatingOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer ??= setInterval(() => {
      this.#working ??= this.#once().finally(() => (this.#working = undefined));
    }, this.#options.everyMs);
    this.#timer.unref();
  }

  /** Has what is under way end soon, and resolves when it has. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.#working;
  }

  async #once(): Promise<void> {
    const { name, log, work } = this.#options;
    try {
      await actAsPlatform(() => work(this.#stop.signal));
    } catch (error) {
      log.warn({ err: error, round: name }, 'a round failed; the next one tries again');
    }
  }
}
