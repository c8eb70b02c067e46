import type { Item, LoadedModel, RunContext } from '@steelyard/runtime-kit';
import { RowRunner } from './row-runner.js';
import type { RowRunnerOptions } from './row-runner.js';
import { asRunError } from './run-error.js';
import type { Answerer } from './tasks.js';
import type { TextTokenizer } from './text-tokenizer.js';

export interface TextModelOptions extends Omit<RowRunnerOptions, 'padId'> {
  readonly tokenizer: TextTokenizer;
  readonly answerer: Answerer;
}

/** An encoder with its tokenizer: texts in, one answer each out. */
export class TextModel implements LoadedModel {
  readonly device = 'cpu';
  /** It takes a field `text`, and no tensor. */
  readonly inputs = [];
  readonly outputs = [];
  readonly #tokenizer: TextTokenizer;
  readonly #rows: RowRunner<Item>;

  constructor({ tokenizer, answerer, ...rest }: TextModelOptions) {
    this.#tokenizer = tokenizer;
    this.#rows = new RowRunner({ ...rest, padId: tokenizer.padId }, answerer);
  }

  async run(items: readonly Item[], { signal }: RunContext): Promise<readonly (Item | Error)[]> {
    signal.throwIfAborted();
    const answers: (Item | Error)[] = [];
    const rows: number[][] = [];
    const places: number[] = [];
    for (const [index, item] of items.entries()) {
      const ids = this.#encode(item);
      if (ids instanceof Error) answers[index] = ids;
      else places[rows.push(ids) - 1] = index;
    }
    const results = await this.#rows.run(rows, signal);
    for (const [row, index] of places.entries()) answers[index] = results[row] as Item | Error;
    return answers;
  }

  close(): Promise<void> {
    return this.#rows.close();
  }

  #encode(item: Item): number[] | Error {
    try {
      return this.#tokenizer.encode(item);
    } catch (error) {
      return asRunError(error);
    }
  }
}
