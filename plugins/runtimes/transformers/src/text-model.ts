import { runtimeErrors } from '@steelyard/runtime-kit';
import type { Item, LoadedModel, RunContext } from '@steelyard/runtime-kit';
import type { PreTrainedModel, Tensor } from '@huggingface/transformers';
import { asRunError } from './run-error.js';
import type { Answerer } from './tasks.js';
import type { TextTokenizer } from './text-tokenizer.js';
import { groupByTokens } from './token-groups.js';
import type { TransformersLibrary } from './transformers-library.js';

export interface TextModelOptions {
  readonly library: TransformersLibrary;
  readonly model: PreTrainedModel;
  readonly tokenizer: TextTokenizer;
  readonly answerer: Answerer;
  /** How many tokens, padding included, go through the model at once. */
  readonly tokensPerRun: number;
}

/** An encoder with its tokenizer: texts in, one answer each out. */
export class TextModel implements LoadedModel {
  readonly device = 'cpu';
  /** It takes a field `text`, and no tensor. */
  readonly inputs = [];
  readonly outputs = [];
  readonly #options: TextModelOptions;

  constructor(options: TextModelOptions) {
    this.#options = options;
  }

  async run(items: readonly Item[], { signal }: RunContext): Promise<readonly (Item | Error)[]> {
    signal.throwIfAborted();
    const encoded = items.map((item) => this.#encode(item));
    const valid = encoded.flatMap((ids, index) => (ids instanceof Error ? [] : [{ ids, index }]));
    const answers: (Item | Error)[] = encoded.map((ids) => (ids instanceof Error ? ids : {}));
    const groups = groupByTokens(valid.map(({ ids }) => ids.length), this.#options.tokensPerRun);
    for (const [turn, group] of groups.entries()) {
      // A run blocks the process: without a turn of the event loop no abort could ever be seen.
      if (turn > 0) await new Promise(setImmediate);
      signal.throwIfAborted();
      const members = group.map((position) => valid[position] as (typeof valid)[number]);
      const results = await this.#runGroup(members.map(({ ids }) => ids));
      for (const [position, { index }] of members.entries()) answers[index] = results[position] as Item | Error;
    }
    return answers;
  }

  async close(): Promise<void> {
    await this.#options.model.dispose();
  }

  #encode(item: Item): number[] | Error {
    try {
      return this.#options.tokenizer.encode(item);
    } catch (error) {
      return asRunError(error);
    }
  }

  /** When a batch fails, its texts run alone: an id that the model has no embedding for is not the neighbours' fault. */
  async #runGroup(texts: readonly (readonly number[])[]): Promise<readonly (Item | Error)[]> {
    try {
      return await this.#runPadded(texts);
    } catch (error) {
      if (texts.length === 1) return [asRunError(error)];
      const alone: (Item | Error)[] = [];
      for (const text of texts) alone.push(...(await this.#runGroup([text])));
      return alone;
    }
  }

  async #runPadded(texts: readonly (readonly number[])[]): Promise<Item[]> {
    const { library, model, tokenizer, answerer } = this.#options;
    const length = Math.max(...texts.map((ids) => ids.length));
    const ids = new BigInt64Array(texts.length * length).fill(BigInt(tokenizer.padId));
    const mask = new BigInt64Array(ids.length);
    for (const [row, text] of texts.entries()) {
      ids.set(text.map(BigInt), row * length);
      mask.fill(1n, row * length, row * length + text.length);
    }
    const shape = [texts.length, length];
    const outputs = (await model({
      input_ids: new library.Tensor('int64', ids, shape),
      attention_mask: new library.Tensor('int64', mask, shape),
    })) as Record<string, Tensor>;
    const answers = answerer({ outputs, mask });
    if (answers.length !== texts.length) {
      throw runtimeErrors.OUTPUT_INVALID({ field: Object.keys(outputs).join(', '), reason: `it has ${answers.length} rows for ${texts.length} texts` });
    }
    return answers;
  }
}
