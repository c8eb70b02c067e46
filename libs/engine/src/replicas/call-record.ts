import type { ModelStatus } from '../engine-status.js';

/** Of each new batch in the average. */
const WEIGHT = 0.1;

/** What became of a model version since the engine came up. */
export class CallRecord {
  /** Of `performance.now()`. */
  usedAtMs = performance.now();
  #calls = 0;
  #batchSize = 0;
  #faults = 0;
  #lastFault: string | undefined;

  batch(size: number): void {
    this.usedAtMs = performance.now();
    this.#calls += size;
    this.#batchSize = this.#batchSize === 0 ? size : this.#batchSize + WEIGHT * (size - this.#batchSize);
  }

  fault(what: string): void {
    this.#faults += 1;
    this.#lastFault = what;
  }

  get status(): Pick<ModelStatus, 'calls' | 'batchSize' | 'faults' | 'lastFault'> {
    return { calls: this.#calls, batchSize: Math.round(this.#batchSize * 10) / 10, faults: this.#faults, lastFault: this.#lastFault };
  }
}
