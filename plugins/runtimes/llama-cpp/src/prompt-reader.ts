import { inputErrors } from '@steelyard/runtime-kit';
import { renderMessages } from '@steelyard/runtime-kit/text-generation';
import type { GenerationRequest, Message } from '@steelyard/runtime-kit/text-generation';
import type { JinjaLibrary, LlamaLibrary, LlamaModel, Token } from './llama-library.js';

export interface PromptReaderOptions {
  readonly library: LlamaLibrary;
  readonly jinja: JinjaLibrary;
  readonly model: LlamaModel;
  /** Jinja; undefined for a model that takes prompts only. */
  readonly chatTemplate: string | undefined;
}

/** Turns a request into the tokens that a model goes on from. What a caller wrote never becomes a control token. */
export class PromptReader {
  readonly #library: LlamaLibrary;
  readonly #model: LlamaModel;
  readonly #template: InstanceType<JinjaLibrary['Template']> | undefined;

  /** @throws Error for a chat template that is no Jinja. */
  constructor({ library, jinja, model, chatTemplate }: PromptReaderOptions) {
    this.#library = library;
    this.#model = model;
    this.#template = chatTemplate === undefined ? undefined : new jinja.Template(chatTemplate);
  }

  /** @throws AppError `INPUT.INVALID` for messages that the model's template does not take. */
  tokensOf({ source }: GenerationRequest): readonly Token[] {
    const tokens = 'prompt' in source ? this.#model.tokenize(source.prompt) : this.#chatTokens(source.messages);
    const { bos, shouldPrependBosToken } = this.#model.tokens;
    return shouldPrependBosToken && bos !== null && tokens[0] !== bos ? [bos, ...tokens] : tokens;
  }

  #chatTokens(messages: readonly Message[]): readonly Token[] {
    const template = this.#template;
    if (!template) throw inputErrors.INVALID({ field: 'messages', reason: 'the model has no chat template; send a prompt instead' });
    const { bosString, eosString } = this.#model.tokens;
    const pieces = renderMessages(messages, (marked) => template.render({ messages: marked, bos_token: bosString ?? '', eos_token: eosString ?? '', add_generation_prompt: true }));
    const parts = pieces.map((piece, position) => (position % 2 === 0 ? new this.#library.SpecialTokensText(piece) : piece));
    return new this.#library.LlamaText(parts).tokenize(this.#model.tokenizer);
  }
}
