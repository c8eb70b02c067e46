import { actAsPlatform } from '@steelyard/platform-database';
import type { Logger } from '@steelyard/platform-observability';

export interface RoundsOptions {
  readonly name: string;
  readonly everyMs: number;
  readonly log: Logger;
  readonly work: () => Promise<unknown>;
}

/** Does something again and again, one round at a time. A round that fails is logged, and the next one tries again. Servers do not wait for each other. */
export class Rounds {
  readonly #options: RoundsOptions;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  #again = false;

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.wake(), this.#options.everyMs);
    this.#timer.unref();
  }

  /** A round now; after the one that is under way, if one is. */
  wake(): void {
    if (this.#timer === undefined) return;
    if (this.#working) {
      this.#again = true;
      return;
    }
    this.#working = this.#round().finally(() => {
      this.#working = undefined;
      if (!this.#again) return;
      this.#again = false;
      this.wake();
    });
  }

  /** Resolves when the round that is under way has ended. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#again = false;
    await this.#working;
  }

  async #round(): Promise<void> {
    const { log, name, work } = this.#options;
    try {
      // Whoever woke it: what is done is others' as well.
      await actAsPlatform(work);
    } catch (error) {
      log.warn({ err: error, round: name }, 'a round failed; the next one tries again');
    }
  }
}
