import { setTimeout as delay } from 'node:timers/promises';
import { defineRuntime, inputErrors, runtimeErrors } from '@steelyard/runtime-kit';
import type { Item, OpenedModel, RunContext } from '@steelyard/runtime-kit';

interface TurnsOptions {
  /** Time of a step, in milliseconds; each step says one word of every run that goes on. */
  readonly stepMs?: number;
}

interface Turn {
  readonly words: string[];
  readonly context: RunContext;
  readonly end: (answer: Item) => void;
  text: string;
  /** Whether its reader can take another word. */
  ready: boolean;
}

/**
 * A runtime of the continuous kind, as servers of language models are, without a model: answers `{ text }` with the text
 * in capitals, a word a step. For tests of what surrounds a runtime.
 */
export const turnsRuntime = defineRuntime<TurnsOptions>({
  name: 'turns',
  version: '0.1.0',
  capabilities: { continuous: true, streaming: true },
  optionsSchema: { type: 'object', additionalProperties: false, properties: { stepMs: { type: 'number', minimum: 1 } } },
  open: async ({ manifest, options }) => new Turns(options.stepMs ?? 1, manifest.batching.maxSize),
});

class Turns implements OpenedModel {
  readonly #stepMs: number;
  readonly #sizeMax: number;
  readonly #open = new Set<Turn>();

  constructor(stepMs: number, sizeMax: number) {
    this.#stepMs = stepMs;
    this.#sizeMax = sizeMax;
  }

  async run(items: readonly Item[], context: RunContext): Promise<readonly (Item | Error)[]> {
    const [item] = items;
    if (items.length !== 1 || !item) throw runtimeErrors.RUN_FAILED({ reason: `${items.length} requests in one run of a continuous runtime` });
    if (this.#open.size >= this.#sizeMax) throw runtimeErrors.RUN_FAILED({ reason: `more than ${this.#sizeMax} runs at once` });
    const { text } = item;
    if (typeof text !== 'string') return [inputErrors.INVALID({ field: 'text', reason: 'it is no text' })];
    return [await new Promise<Item>((end) => this.#enter({ words: text.toUpperCase().match(/\S+\s*|\s+/g) ?? [], context, end, text: '', ready: true }))];
  }

  async close(): Promise<void> {
    for (const turn of this.#open) this.#leave(turn);
  }

  #enter(turn: Turn): void {
    this.#open.add(turn);
    if (this.#open.size === 1) void this.#steps();
  }

  async #steps(): Promise<void> {
    while (this.#open.size > 0) {
      for (const turn of this.#open) this.#step(turn);
      await delay(this.#stepMs);
    }
  }

  #step(turn: Turn): void {
    if (!turn.ready && !turn.context.signal.aborted) return;
    const word = turn.context.signal.aborted ? undefined : turn.words.shift();
    if (word === undefined) return this.#leave(turn);
    turn.text += word;
    turn.ready = false;
    void turn.context.emit(0, { text: word }).then(() => (turn.ready = true));
  }

  #leave(turn: Turn): void {
    this.#open.delete(turn);
    turn.end({ text: turn.text });
  }
}
