/** A larger batch pays when it costs this share, or less, of what an item costs in one of half the size. */
const PAYS = 0.8;
/** Of a measurement above what is known, and below it: a busy machine makes batches slow now and then, and none quick. */
const [WEIGHT_UP, WEIGHT_DOWN] = [0.2, 0.5];
/** What is known was a start that had not warmed up, or another load: it is forgotten for a measurement of so small a share of it. */
const FORGET = 0.5;
/** A size that did not pay is tried again after so long, then after twice as long each time. */
const [RETRY_MS_MIN, RETRY_MS_MAX] = [100, 20_000];

interface Measured {
  itemMs: number;
  retryMs: number;
  retryAtMs: number;
}

/**
 * How large batches should be, from how long they take. A call that comes while the runner is busy waits for whole batches
 * of others, so a batch grows beyond `targetMs` only where that pays: where an item in twice the size costs notably less,
 * as on a GPU or with a tiny model, and not where the model takes the items one after the other anyway. Sizes are
 * measured in powers of two, the next larger one tried now and then. Times are of `performance.now()`.
 */
export class BatchSizer {
  readonly #maxSize: number;
  readonly #targetMs: number;
  readonly #steps: number;
  /** By step: sizes above 2^(step-1) up to 2^step. */
  readonly #measured: (Measured | undefined)[] = [];

  constructor(maxSize: number, targetMs: number) {
    this.#maxSize = maxSize;
    this.#targetMs = targetMs;
    this.#steps = stepOf(maxSize);
  }

  observe(size: number, tookMs: number, nowMs: number): void {
    const step = stepOf(size);
    const known = this.#measured[step];
    const itemMs = tookMs / size;
    const retryMs = known ? Math.min(known.retryMs * 2, RETRY_MS_MAX) : RETRY_MS_MIN;
    this.#measured[step] = { itemMs: known ? average(known.itemMs, itemMs) : itemMs, retryMs, retryAtMs: nowMs + retryMs };
  }

  /** The largest batch to send now. */
  limit(nowMs: number): number {
    let step = 0;
    while (step < this.#steps && this.#pays(step)) step += 1;
    if (step < this.#steps && this.#isDue(step, nowMs)) step += 1;
    return Math.min(2 ** step, this.#maxSize);
  }

  /** Whether batches of the present size are so short that a second should wait in the runner. */
  isQuick(nowMs: number): boolean {
    const size = this.limit(nowMs);
    // A size that was not tried yet is judged by the next smaller one.
    for (let step = stepOf(size); step >= 0; step--) {
      const known = this.#measured[step];
      if (known) return known.itemMs * size <= this.#targetMs;
    }
    return true;
  }

  /** Whether batches of the next step are known to be worth it. */
  #pays(step: number): boolean {
    const next = this.#measured[step + 1];
    if (!next) return false;
    if (next.itemMs * 2 ** (step + 1) <= this.#targetMs) return true;
    const here = this.#measured[step];
    return here !== undefined && next.itemMs <= PAYS * here.itemMs;
  }

  /** Whether it is time to try the next step. */
  #isDue(step: number, nowMs: number): boolean {
    const next = this.#measured[step + 1];
    return next ? next.retryAtMs <= nowMs : this.#measured[step] !== undefined;
  }
}

function average(known: number, measured: number): number {
  if (measured < FORGET * known) return measured;
  return known + (measured < known ? WEIGHT_DOWN : WEIGHT_UP) * (measured - known);
}

function stepOf(size: number): number {
  return Math.ceil(Math.log2(size));
}
