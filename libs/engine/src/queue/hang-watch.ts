/** A batch that takes this many times longer than usual, with nobody waiting for it any more, is taken for hung. */
const HUNG_FACTOR = 10;

/**
 * When a runner is to be taken for hung. The limit of the model decides. The deadlines of callers alone do not, or a
 * caller with very short ones could have the runner ended under all others; but once nobody waits for a batch, a model
 * whose usual pace is known needs not use up its whole limit. Times are of `performance.now()`.
 */
export class HangWatch {
  readonly #runMs: number;
  readonly #graceMs: number;
  #beganAtMs = 0;
  /** Moving average of how long a batch takes. */
  #usualMs: number | undefined;

  constructor(runMs: number, graceMs: number) {
    this.#runMs = runMs;
    this.#graceMs = graceMs;
  }

  /** The runner begins to work on a batch. */
  began(nowMs: number): void {
    this.#beganAtMs = nowMs;
  }

  get beganAtMs(): number {
    return this.#beganAtMs;
  }

  /** How long the batch took. One that nobody waited for may have been cut short: then it says nothing of the usual pace. */
  ended(nowMs: number, abandoned = false): number {
    const tookMs = nowMs - this.#beganAtMs;
    if (this.#usualMs === undefined) this.#usualMs = abandoned ? undefined : tookMs;
    else if (!abandoned || tookMs > this.#usualMs) this.#usualMs = this.#usualMs * 0.9 + tookMs * 0.1;
    return tookMs;
  }

  /** `abandoned`: nobody waits for the batch any more. */
  hungAtMs(abandoned: boolean): number {
    const limitMs = abandoned && this.#usualMs !== undefined ? Math.min(this.#runMs, HUNG_FACTOR * this.#usualMs) : this.#runMs;
    return this.#beganAtMs + limitMs + this.#graceMs;
  }
}
