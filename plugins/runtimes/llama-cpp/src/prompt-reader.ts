import { randomUUID } from 'node:crypto';
import { inputErrors, reasonOf } from '@steelyard/runtime-kit';
import type { JinjaLibrary, LlamaLibrary, LlamaModel, Token } from './llama-library.js';
import type { GenerationRequest, Message } from './read-request.js';

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

  /**
   * The template sees a mark in place of each text. Afterwards the marks become the texts again as plain tokens, so that a
   * caller who writes `<|end|>` has written seven letters and not the end of a message.
   */
  #chatTokens(messages: readonly Message[]): readonly Token[] {
    if (!this.#template) throw invalid('the model has no chat template; send a prompt instead');
    const id = randomUUID().replaceAll('-', '');
    const rendered = this.#render(messages.map(({ role }, index) => ({ role, content: `${id}x${index}x` })));
    const used = new Set<number>();
    const parts = rendered.split(new RegExp(`${id}x(\\d+)x`)).map((part, position) => {
      if (position % 2 === 0) return new this.#library.SpecialTokensText(part);
      used.add(Number(part));
      return messages[Number(part)]?.content ?? '';
    });
    const left = messages.findIndex((_, index) => !used.has(index));
    if (left >= 0) throw invalid(`the model's chat template leaves out message ${left}, of the role ${messages[left]?.role}`);
    return new this.#library.LlamaText(parts).tokenize(this.#model.tokenizer);
  }

  #render(messages: readonly Message[]): string {
    const { bosString, eosString } = this.#model.tokens;
    try {
      return this.#template?.render({ messages, bos_token: bosString ?? '', eos_token: eosString ?? '', add_generation_prompt: true }) ?? '';
    } catch (error) {
      throw invalid(`the model's chat template refuses them: ${reasonOf(error)}`);
    }
  }
}

function invalid(reason: string): Error {
  return inputErrors.INVALID({ field: 'messages', reason });
}
