import { inputErrors } from '@steelyard/runtime-kit';
import { renderMessages } from '@steelyard/runtime-kit/text-generation';
import type { GenerationRequest, Message } from '@steelyard/runtime-kit/text-generation';
import type { PreTrainedTokenizer } from '@huggingface/transformers';

export interface PromptReaderOptions {
  readonly tokenizer: PreTrainedTokenizer;
  /** The same one without control tokens and without what it puts around a text. */
  readonly plain: PreTrainedTokenizer;
}

/** Turns a request into the tokens that a model goes on from. What a caller wrote never becomes a control token. */
export class PromptReader {
  readonly #tokenizer: PreTrainedTokenizer;
  readonly #plain: PreTrainedTokenizer;
  readonly #controlIds: ReadonlySet<number>;
  /** What the tokenizer puts before a text, such as a token for its beginning. */
  readonly #before: readonly number[];

  constructor({ tokenizer, plain }: PromptReaderOptions) {
    this.#tokenizer = tokenizer;
    this.#plain = plain;
    this.#controlIds = new Set(tokenizer.all_special_ids.filter((id) => id !== tokenizer.unk_token_id));
    const [letter, whole] = [plain.encode('a'), tokenizer.encode('a')];
    this.#before = whole.slice(0, Math.max(0, whole.findIndex((_, start) => letter.every((id, offset) => id === whole[start + offset]))));
  }

  /** @throws AppError `INPUT.INVALID` for messages that the model's template does not take. */
  tokensOf({ source }: GenerationRequest): readonly number[] {
    return 'prompt' in source ? [...this.#before, ...this.#encodePlain('prompt', source.prompt)] : this.#chatTokens(source.messages);
  }

  #chatTokens(messages: readonly Message[]): readonly number[] {
    if (!this.#tokenizer.chat_template) throw inputErrors.INVALID({ field: 'messages', reason: 'the model has no chat template; send a prompt instead' });
    const pieces = renderMessages(messages, (marked) => this.#tokenizer.apply_chat_template([...marked], { tokenize: false, add_generation_prompt: true }));
    const apart = pieces.flatMap((piece, position) => (position % 2 === 0 ? this.#encodeTemplate(piece) : this.#encodePlain('messages', piece)));
    // In one go a space before a caller's text joins its first word, as in training; where that makes control tokens of the text, it stays apart.
    const whole = this.#encodeTemplate(pieces.join(''));
    return this.#countControls(whole) === this.#countControls(apart) ? whole : apart;
  }

  #encodeTemplate(text: string): number[] {
    return this.#tokenizer.encode(text, { add_special_tokens: false });
  }

  /** Some vocabularies have their control tokens among the pieces that text is made of. */
  #encodePlain(field: string, text: string): number[] {
    const ids = this.#plain.encode(text);
    if (this.#countControls(ids) > 0) throw inputErrors.INVALID({ field, reason: 'it has a control token of the model in it' });
    return ids;
  }

  #countControls(ids: readonly number[]): number {
    return ids.filter((id) => this.#controlIds.has(id)).length;
  }
}
