/** Calls that wait for this share of a batch's time found no runner free; a batch that just ended makes it less than the whole. */
const SHARE = 0.75;
/** For so long, so that a burst that a runner works off at once starts no other. */
const LASTING_MS = 250;

/** Whether the runners of a model have more to do than they can: calls wait for about as long as a batch takes, and go on doing so. */
export class Saturation {
  readonly #leastMs: number;
  #sinceMs: number | undefined;

  /** @param leastMs Shorter waits do not count, whatever a batch takes. */
  constructor(leastMs: number) {
    this.#leastMs = leastMs;
  }

  /** Takes how long the call that waited longest for a batch waited; says whether it is lasting. Times of `performance.now()`. */
  observe({ queueMs, computeMs }: { queueMs: number; computeMs: number }, nowMs: number): boolean {
    if (queueMs < Math.max(SHARE * computeMs, this.#leastMs)) this.#sinceMs = undefined;
    else this.#sinceMs ??= nowMs;
    return this.#sinceMs !== undefined && nowMs - this.#sinceMs >= LASTING_MS;
  }

  /** The number of runners has changed. */
  reset(): void {
    this.#sinceMs = undefined;
  }
}
