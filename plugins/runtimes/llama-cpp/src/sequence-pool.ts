import type { LlamaSequence } from './llama-library.js';

/** The places of a context. A run has one to itself; who comes when all are taken waits, first come, first served. */
export class SequencePool {
  readonly #free: LlamaSequence[];
  readonly #clear: (sequence: LlamaSequence) => Promise<void>;
  readonly #waiting: ((sequence: LlamaSequence) => void)[] = [];

  /** @param clear Empties a sequence. */
  constructor(sequences: readonly LlamaSequence[], clear: (sequence: LlamaSequence) => Promise<void>) {
    this.#free = [...sequences];
    this.#clear = clear;
  }

  /** Runs with an empty sequence; undefined when the signal stopped it before one was free. */
  async use<T>(signal: AbortSignal, work: (sequence: LlamaSequence) => Promise<T>): Promise<T | undefined> {
    const sequence = this.#free.pop() ?? (await this.#next(signal));
    if (!sequence) return undefined;
    try {
      return await work(sequence);
    } finally {
      // What one caller wrote is gone before another gets the place.
      await this.#clear(sequence);
      const next = this.#waiting.shift();
      if (next) next(sequence);
      else this.#free.push(sequence);
    }
  }

  #next(signal: AbortSignal): Promise<LlamaSequence | undefined> {
    return new Promise((resolve) => {
      const take = (sequence: LlamaSequence): void => {
        signal.removeEventListener('abort', leave);
        resolve(sequence);
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(take), 1);
        resolve(undefined);
      };
      if (signal.aborted) return resolve(undefined);
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(take);
    });
  }
}
