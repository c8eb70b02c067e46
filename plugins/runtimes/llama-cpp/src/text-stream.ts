import type { LlamaModel, Token } from './llama-library.js';

/** A character has at most four bytes, and a token at least one; what is undecodable after more is no beginning of a character. */
const PENDING_TOKENS_MAX = 4;
/** Tokenizers decide by what came before whether a word begins with a space. */
const CONTEXT_TOKENS = 4;

/** Turns tokens into text, whole characters only, and finds the stop texts, which may begin in one token and end in another. */
export class TextStream {
  /** A stop text was found; everything before it has been given out. */
  stopped = false;
  readonly #model: Pick<LlamaModel, 'detokenize'>;
  readonly #stops: readonly string[];
  #before: Token[] = [];
  #pending: Token[] = [];
  /** Text that may be the beginning of a stop text. */
  #held = '';

  constructor(model: Pick<LlamaModel, 'detokenize'>, stops: readonly string[]) {
    this.#model = model;
    this.#stops = stops;
  }

  /** The text that has become certain by one more token; '' where none has. */
  push(token: Token): string {
    this.#pending.push(token);
    const text = this.#model.detokenize(this.#pending, false, this.#before);
    if (text.endsWith('\ufffd') && this.#pending.length < PENDING_TOKENS_MAX) return '';
    this.#before = [...this.#before, ...this.#pending].slice(-CONTEXT_TOKENS);
    this.#pending = [];
    return this.#stops.length === 0 ? text : this.#release(text);
  }

  /** The end: what was held back is no stop text. Half a character is left out. */
  end(): string {
    const text = this.stopped ? '' : this.#held;
    this.#held = '';
    return text;
  }

  #release(text: string): string {
    const held = this.#held + text;
    const found = this.#stops.map((stop) => held.indexOf(stop)).filter((at) => at >= 0);
    if (found.length > 0) {
      this.stopped = true;
      this.#held = '';
      return held.slice(0, Math.min(...found));
    }
    const keep = Math.max(...this.#stops.map((stop) => overlap(held, stop)));
    this.#held = held.slice(held.length - keep);
    return held.slice(0, held.length - keep);
  }
}

/** How much of the end of a text is the beginning of a stop text. */
function overlap(text: string, stop: string): number {
  for (let length = Math.min(text.length, stop.length - 1); length > 0; length--) {
    if (text.endsWith(stop.slice(0, length))) return length;
  }
  return 0;
}
