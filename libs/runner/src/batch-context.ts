import { runtimeErrors } from '@steelyard/runtime-kit';
import type { RunContext } from '@steelyard/runtime-kit';
import { encodeOutput } from './encode-output.js';
import type { OpenRun } from './open-run.js';

const TIMER_MS_MAX = 2 ** 31 - 1;

export interface BatchContextOptions {
  readonly run: OpenRun;
  /** The items of the run that the runtime gets, by their places in it. */
  readonly members: readonly number[];
  /** The host is gone. */
  readonly aborted: AbortSignal;
}

/**
 * What a runtime is told of a run. The signal is made when it is asked for: a native runtime cannot stop and never does. It
 * fires when every item is cancelled or past its deadline.
 */
export class BatchContext implements RunContext {
  readonly #options: BatchContextOptions;
  #controller: AbortController | undefined;
  #ended = false;
  #timer: NodeJS.Timeout | undefined;
  #unwatch: (() => void) | undefined;

  constructor(options: BatchContextOptions) {
    this.#options = options;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      const { run, aborted } = this.#options;
      this.#controller = new AbortController();
      if (this.#ended) return this.#controller.signal;
      this.#unwatch = run.watch(this.#look);
      aborted.addEventListener('abort', this.#abort, { once: true });
      if (aborted.aborted) this.#abort();
      else this.#look();
    }
    return this.#controller.signal;
  }

  /** A field, not a method, so that a runtime may take it out of its context. */
  readonly emit = (index: number, part: unknown): Promise<void> => {
    const { run, members } = this.#options;
    const item = members[index];
    // Thrown, here and below, not rejected: a promise that a runtime does not wait for would end the process.
    if (item === undefined) throw runtimeErrors.RUN_FAILED({ reason: `the runtime gave a part of item ${index}, there are ${members.length}` });
    const window = run.windowOf(item);
    if (!window) return new Promise((resolve) => setImmediate(resolve));
    // A reader that is slow is waited for until the deadline, whether or not the runtime looks at the signal.
    void this.signal;
    return window.push(encodeOutput(part));
  };

  /** Resolves when all parts have left, or nobody waits for them any more. */
  async flushed(): Promise<void> {
    const { run, members } = this.#options;
    for (const item of members) await run.windowOf(item)?.emptied();
  }

  /** The run is over: the signal will not fire any more, and parts that come now are dropped. */
  end(): void {
    this.#ended = true;
    this.#closeWindows();
    clearTimeout(this.#timer);
    this.#unwatch?.();
    this.#options.aborted.removeEventListener('abort', this.#abort);
  }

  readonly #look = (): void => {
    const { run, members } = this.#options;
    const deadlines = members.filter((item) => !run.isCancelled(item)).map((item) => run.items[item]?.deadlineAtMs ?? 0);
    clearTimeout(this.#timer);
    const leftMs = Math.max(...deadlines) - Date.now();
    if (leftMs <= 0) this.#abort();
    else this.#timer = setTimeout(this.#look, Math.min(leftMs, TIMER_MS_MAX));
  };

  readonly #abort = (): void => {
    clearTimeout(this.#timer);
    this.#closeWindows();
    this.#controller?.abort();
  };

  #closeWindows(): void {
    const { run, members } = this.#options;
    for (const item of members) run.windowOf(item)?.close();
  }
}
