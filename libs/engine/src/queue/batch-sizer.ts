/** A larger batch pays when it costs this share, or less, of what an item costs in one of half the size. */
const PAYS = 0.8;
const WEIGHT = 0.2;
/** After this long a measurement is taken again: load and inputs change. */
const STALE_MS = 20_000;

interface Measured {
  itemMs: number;
  atMs: number;
}

/**
 * How large batches should be, from how long they take. A call that comes while the runner is busy waits for whole batches
 * of others, so a batch grows beyond `targetMs` only where that pays: where an item in twice the size costs notably less,
 * as on a GPU or with a tiny model, and not where the model takes the items one after the other anyway. Sizes are
 * measured in powers of two, the next larger one tried once in a while. Times are of `performance.now()`.
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
    const known = this.#known(step, nowMs);
    const itemMs = tookMs / size;
    this.#measured[step] = { itemMs: known ? known.itemMs + WEIGHT * (itemMs - known.itemMs) : itemMs, atMs: known?.atMs ?? nowMs };
  }

  /** The largest batch to send now. */
  limit(nowMs: number): number {
    let step = 0;
    while (step < this.#steps && this.#mayGrow(step, nowMs)) step += 1;
    return Math.min(2 ** step, this.#maxSize);
  }

  /** Whether batches of the present size are so short that a second should wait in the runner. */
  isQuick(nowMs: number): boolean {
    const size = this.limit(nowMs);
    // A size that was not tried yet is judged by the next smaller one.
    for (let step = stepOf(size); step >= 0; step--) {
      const known = this.#known(step, nowMs);
      if (known) return known.itemMs * size <= this.#targetMs;
    }
    return true;
  }

  #mayGrow(step: number, nowMs: number): boolean {
    const here = this.#known(step, nowMs);
    const next = this.#known(step + 1, nowMs);
    if (next && next.itemMs * 2 ** (step + 1) <= this.#targetMs) return true;
    if (!here) return false;
    return !next || next.itemMs <= PAYS * here.itemMs;
  }

  #known(step: number, nowMs: number): Measured | undefined {
    const measured = this.#measured[step];
    return measured && nowMs - measured.atMs < STALE_MS ? measured : undefined;
  }
}

function stepOf(size: number): number {
  return Math.ceil(Math.log2(size));
}
