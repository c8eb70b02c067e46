import type { SequenceDecode } from './llama-library.js';

/** Rounds of the event loop's microtasks to wait for a straggler; it comes within two or three, or not at all. */
const ROUNDS_MAX = 16;

/**
 * Decides what goes into the next pass over the model: everything that is in flight.
 *
 * The library starts the next pass when the last of a pass's tokens has been chosen, and the run that got this token has then
 * not had its turn to ask for the next one: two runs would take turns instead of sharing each pass. An empty choice makes it
 * ask again after its microtasks, in which the straggler comes.
 */
export class BatchTogether {
  readonly #sizeMax: number;
  #expected = 0;
  #rounds = 0;
  #pauses = 0;
  #resumed: Promise<void> | undefined;
  #resume = (): void => {};

  /** @param sizeMax Tokens in a pass at most. */
  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax;
  }

  /** A run goes on, or will at once. */
  enter(): void {
    this.#expected++;
  }

  /** A run has ended. */
  leave(): void {
    this.#expected--;
  }

  /** Waits for a run's reader. Nobody waits for the run while that takes longer than a turn of the event loop. */
  async waitFor(reader: Promise<void>): Promise<void> {
    let isAway = false;
    const turn = setImmediate(() => {
      isAway = true;
      this.leave();
    });
    try {
      await reader;
    } finally {
      clearImmediate(turn);
      if (isAway) this.enter();
    }
  }

  /**
   * Does something to a sequence that cannot be done during a pass. The library begins pass after pass without letting go as
   * long as anybody asks for tokens, so nobody does for a moment: see {@link nextTurn}.
   */
  async betweenPasses(work: () => Promise<void>): Promise<void> {
    if (this.#pauses++ === 0) this.#resumed = new Promise((resolve) => (this.#resume = resolve));
    try {
      await work();
    } finally {
      if (--this.#pauses === 0) {
        this.#resumed = undefined;
        this.#resume();
      }
    }
  }

  /** What a run awaits before it asks for another token; undefined where it need not wait. */
  nextTurn(): Promise<void> | undefined {
    return this.#resumed && this.waitFor(this.#resumed);
  }

  /** For `batching.itemPrioritizationStrategy` of the library. */
  readonly choose = ({ items, size }: { items: readonly SequenceDecode[]; size: number }): { item: SequenceDecode; processAmount: number }[] => {
    if (items.length < this.#expected && this.#rounds++ < ROUNDS_MAX) return [];
    this.#rounds = 0;
    return share(items, Math.min(size, this.#sizeMax));
  };
}

/** Short ones whole, so that a long prompt does not hold up those who are in the middle of their answer; then what is left, in order. */
function share(items: readonly SequenceDecode[], size: number): { item: SequenceDecode; processAmount: number }[] {
  let left = size;
  const shared: { item: SequenceDecode; processAmount: number }[] = [];
  for (const item of [...items].sort((a, b) => a.tokens.length - b.tokens.length)) {
    const processAmount = Math.min(item.tokens.length, left);
    if (processAmount > 0) shared.push({ item, processAmount });
    left -= processAmount;
  }
  return shared;
}
