import { inputErrors } from '@steelyard/runtime-kit';
import type { Item, LoadedModel } from '@steelyard/runtime-kit';
import type { TensorSpec } from '@steelyard/wire';
import { asAppError } from './generation-model.js';
import type { LlamaEmbeddingContext, LlamaModel } from './llama-library.js';

export interface EmbeddingModelOptions {
  readonly model: LlamaModel;
  readonly context: LlamaEmbeddingContext;
  readonly contextTokens: number;
}

/** Gives the vector of a text, of length 1, pooled as the model's file says, else that of its last token. */
export class EmbeddingModel implements LoadedModel {
  readonly device = 'cpu';
  readonly inputs: readonly TensorSpec[] = [];
  readonly outputs: readonly TensorSpec[] = [];
  readonly #options: EmbeddingModelOptions;

  constructor(options: EmbeddingModelOptions) {
    this.#options = options;
  }

  run(items: readonly Item[]): Promise<readonly (Item | Error)[]> {
    return Promise.all(items.map((item) => this.#embed(item).catch(asAppError)));
  }

  async close(): Promise<void> {
    await this.#options.context.dispose();
    await this.#options.model.dispose();
  }

  async #embed(item: Item): Promise<Item> {
    const { model, context, contextTokens } = this.#options;
    const tokens = model.tokenize(readText(item));
    const length = context.calculateInputLength(tokens);
    if (length > contextTokens) throw inputErrors.INVALID({ field: 'text', reason: `it has ${length} tokens; the context holds ${contextTokens}` });
    const { vector } = await context.getEmbeddingFor(tokens);
    const norm = Math.hypot(...vector) || 1;
    return { embedding: vector.map((value) => value / norm) };
  }
}

function readText(item: Item): string {
  const other = ['prompt', 'messages'].find((field) => item[field] !== undefined);
  if (other !== undefined) throw inputErrors.INVALID({ field: other, reason: 'this model gives embeddings; it takes text' });
  const { text } = item;
  if (typeof text !== 'string' || text === '') throw inputErrors.INVALID({ field: 'text', reason: 'it is missing, no text, or empty' });
  return text;
}
