const MAX_TIMEOUT_MS = 2 ** 31 - 1;
/** Alarms are not rung more often than this, so that many close deadlines cost one look at the queue, not one each. */
const REST_MS = 4;

/**
 * One timer for many deadlines. `onDue` looks at all of them and says when the next one is. Times are of
 * `performance.now()`. Does not keep the process alive.
 */
export class Alarm {
  readonly #onDue: (nowMs: number) => number;
  #timer: NodeJS.Timeout | undefined;
  #atMs = Infinity;

  constructor(onDue: (nowMs: number) => number) {
    this.#onDue = onDue;
  }

  /** Rings no later than this. */
  want(atMs: number): void {
    if (atMs < this.#atMs) this.#set(atMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#atMs = Infinity;
  }

  #set(atMs: number): void {
    clearTimeout(this.#timer);
    this.#atMs = atMs;
    if (atMs === Infinity) return;
    const delayMs = Math.min(Math.max(Math.ceil(atMs - performance.now()), 0), MAX_TIMEOUT_MS);
    this.#timer = setTimeout(() => this.#ring(), delayMs).unref();
  }

  #ring(): void {
    const nowMs = performance.now();
    this.#atMs = Infinity;
    this.want(Math.max(this.#onDue(nowMs), nowMs + REST_MS));
  }
}
