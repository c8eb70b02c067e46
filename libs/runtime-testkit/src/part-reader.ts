import type { RunContext } from '@steelyard/runtime-kit';
import { nextTurn } from './run-context.js';

const QUIET_MS = 100;

export interface PartReaderOptions {
  /** How many parts it takes before it stops reading. */
  readonly holdAt?: number;
  /** How many parts it takes before it leaves. */
  readonly leaveAt?: number;
}

/** Reads the parts of a run as a caller would: to the end, no further than a given part, or until it leaves. */
export class PartReader implements RunContext {
  readonly parts: { readonly index: number; readonly part: unknown }[] = [];
  readonly #left = new AbortController();
  readonly #held: (() => void)[] = [];
  #holdAt: number;
  readonly #leaveAt: number;
  #onPart: () => void = () => {};

  readonly emit = (index: number, part: unknown): Promise<void> => {
    this.parts.push({ index, part });
    if (this.parts.length >= this.#leaveAt) this.#left.abort();
    const reads = this.parts.length < this.#holdAt;
    const taken = reads ? nextTurn() : new Promise<void>((resolve) => this.#held.push(resolve));
    this.#onPart();
    return taken;
  };

  constructor({ holdAt = Infinity, leaveAt = Infinity }: PartReaderOptions = {}) {
    this.#holdAt = holdAt;
    this.#leaveAt = leaveAt;
  }

  get signal(): AbortSignal {
    return this.#left.signal;
  }

  partsOf(index: number): unknown[] {
    return this.parts.filter((sent) => sent.index === index).map(({ part }) => part);
  }

  /** Resolves when it has stopped reading and nothing has come for a while, with the number of parts. */
  heldUp(): Promise<number> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      this.#onPart = () => {
        clearTimeout(timer);
        if (this.#held.length > 0) timer = setTimeout(() => resolve(this.parts.length), QUIET_MS);
      };
      this.#onPart();
    });
  }

  /** Reads on to the end. */
  release(): void {
    this.#holdAt = Infinity;
    for (const resolve of this.#held.splice(0)) resolve();
  }
}
