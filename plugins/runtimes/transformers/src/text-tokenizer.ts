import { inputErrors, runtimeErrors } from '@steelyard/runtime-kit';
import type { Item } from '@steelyard/runtime-kit';
import type { PreTrainedTokenizer } from '@huggingface/transformers';

export interface TextTokenizerOptions {
  readonly tokenizer: PreTrainedTokenizer;
  /** How many tokens the model has positions for, those at the ends included. */
  readonly tokensMax: number;
  /** Whether a text that is too long is cut instead of refused. */
  readonly truncate: boolean;
}

/** From the `text` of a request to ids, within what the model takes. */
export class TextTokenizer {
  readonly padId: number;
  readonly #options: TextTokenizerOptions;
  readonly #specialIds: ReadonlySet<number>;

  /** @throws AppError `RUNTIME.LOAD_FAILED` where the tokenizer cannot be used with this length. */
  constructor(options: TextTokenizerOptions) {
    const { tokenizer, tokensMax } = options;
    this.#options = options;
    this.#specialIds = new Set(tokenizer.all_special_ids);
    this.padId = tokenizer.pad_token_id ?? 0;
    if (this.#encode('').length >= tokensMax) {
      throw runtimeErrors.LOAD_FAILED({ model: 'The model', reason: `its ${tokensMax} tokens leave no room for text` });
    }
  }

  /** @throws AppError `INPUT.INVALID` for a text that is none, is empty or is too long. */
  encode(item: Item): number[] {
    const { text } = item;
    if (typeof text !== 'string' || text === '') throw inputErrors.INVALID({ field: 'text', reason: 'it is not a text with at least one character' });
    const { tokensMax, truncate } = this.#options;
    const ids = this.#encode(text);
    if (ids.length <= tokensMax) return ids;
    if (!truncate) throw inputErrors.INVALID({ field: 'text', reason: `it has ${ids.length} tokens, and the model takes ${tokensMax}` });
    const ends = this.#endOf(ids);
    return [...ids.slice(0, tokensMax - ends.length), ...ends];
  }

  #encode(text: string): number[] {
    return this.#options.tokenizer.encode(text);
  }

  /** The special tokens that close a text; a model that was trained with them misses them. */
  #endOf(ids: readonly number[]): readonly number[] {
    let start = ids.length;
    while (start > 0 && this.#specialIds.has(ids[start - 1] as number)) start--;
    return ids.slice(start);
  }
}
