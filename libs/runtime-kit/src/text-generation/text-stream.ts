/** A character has at most four bytes, and a token at least one; what is undecodable after more is no beginning of a character. */
const PENDING_TOKENS_MAX = 4;

/**
 * The text of tokens that follow others. Tokenizers decide by what came before whether a word begins with a space; `before`
 * ends where a character ends, and begins where one begins.
 */
export type Detokenize<Token> = (tokens: readonly Token[], before: readonly Token[]) => string;

export interface TextStreamOptions<Token> {
  readonly detokenize: Detokenize<Token>;
  /** Texts that end the answer. */
  readonly stops: readonly string[];
  /** What the answer follows, where that is text and no control token. */
  readonly before?: readonly Token[];
}

/** Turns tokens into text, whole characters only, and finds the stop texts, which may begin in one token and end in another. */
export class TextStream<Token> {
  /** A stop text was found; everything before it has been given out. */
  stopped = false;
  readonly #detokenize: Detokenize<Token>;
  readonly #stops: readonly string[];
  #before: readonly Token[];
  #pending: Token[] = [];
  /** Text that may be the beginning of a stop text. */
  #held = '';

  constructor({ detokenize, stops, before = [] }: TextStreamOptions<Token>) {
    this.#detokenize = detokenize;
    this.#stops = stops;
    this.#before = before;
  }

  /** The text that has become certain by one more token; '' where none has. */
  push(token: Token): string {
    this.#pending.push(token);
    const text = this.#detokenize(this.#pending, this.#before);
    if (text.endsWith('\ufffd') && this.#pending.length < PENDING_TOKENS_MAX) return '';
    this.#before = this.#pending;
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
