import type { RunContext } from '@steelyard/runtime-kit';

const TIMER_MS_MAX = 2 ** 31 - 1;

/** What a runtime is told of a run. The signal is made when it is asked for: a native runtime cannot stop and never does. */
export class BatchContext implements RunContext {
  readonly #aborted: AbortSignal;
  readonly #timeoutMs: number;
  #controller: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #abort = (): void => this.#controller?.abort();

  /**
   * @param aborted The host is gone.
   * @param timeoutMs How long somebody waits for an answer.
   */
  constructor(aborted: AbortSignal, timeoutMs: number) {
    this.#aborted = aborted;
    this.#timeoutMs = timeoutMs;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      this.#timer = setTimeout(this.#abort, Math.min(this.#timeoutMs, TIMER_MS_MAX));
      this.#aborted.addEventListener('abort', this.#abort, { once: true });
      if (this.#aborted.aborted) this.#abort();
    }
    return this.#controller.signal;
  }

  /** No frame carries parts of an answer yet. */
  emit(): Promise<void> {
    return Promise.resolve();
  }

  /** The run is over; the signal will not fire any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#aborted.removeEventListener('abort', this.#abort);
  }
}
