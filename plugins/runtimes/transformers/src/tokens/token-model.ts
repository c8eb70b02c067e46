import { runtimeErrors } from '@steelyard/runtime-kit';
import type { Item, LoadedModel, RunContext } from '@steelyard/runtime-kit';
import { asRunError } from '../run-error.js';
import { RowRunner } from '../row-runner.js';
import type { RowRunnerOptions } from '../row-runner.js';
import { floats, labelsOf, softmax } from '../tasks.js';
import type { RunOutputs } from '../tasks.js';
import { toEntities } from './entities.js';
import type { Judged } from './entities.js';
import { windowsOf } from './windows.js';
import type { Window } from './windows.js';
import type { WordPieces, WordPieceTokenizer } from './word-pieces.js';

export interface TokenModelOptions extends Omit<RowRunnerOptions, 'padId'> {
  readonly tokenizer: WordPieceTokenizer;
  readonly config: Readonly<Record<string, unknown>>;
  /** How many tokens the model has positions for, those at the ends included. */
  readonly tokensMax: number;
}

/** The scores of a row's tokens, one after the other. */
interface Scored {
  readonly data: Float32Array;
  readonly size: number;
}

interface Part {
  readonly window: Window;
  /** Which of the rows of the run it is. */
  readonly row: number;
}

/** An encoder that labels words: texts in, lists of entities out. A text that is too long goes through it in parts. */
export class TokenModel implements LoadedModel {
  readonly device = 'cpu';
  /** It takes a field `text`, and no tensor. */
  readonly inputs = [];
  readonly outputs = [];
  readonly #tokenizer: WordPieceTokenizer;
  readonly #labelOf: (index: number) => string;
  readonly #windowSize: number;
  readonly #rows: RowRunner<Scored>;

  /** @throws AppError `RUNTIME.LOAD_FAILED` for a length without room for text. */
  constructor({ tokenizer, config, tokensMax, ...rest }: TokenModelOptions) {
    this.#tokenizer = tokenizer;
    this.#labelOf = labelsOf(config);
    this.#windowSize = tokensMax - tokenizer.ends.flat().length;
    if (this.#windowSize < 1) throw runtimeErrors.LOAD_FAILED({ model: 'The model', reason: `its ${tokensMax} tokens leave no room for text` });
    this.#rows = new RowRunner({ ...rest, padId: tokenizer.padId }, scoresOf);
  }

  async run(items: readonly Item[], { signal }: RunContext): Promise<readonly (Item | Error)[]> {
    signal.throwIfAborted();
    const rows: (readonly number[])[] = [];
    const texts = items.map((item) => {
      try {
        const pieces = this.#tokenizer.encode(item);
        return { pieces, parts: this.#addRows(pieces.ids, rows) };
      } catch (error) {
        return asRunError(error);
      }
    });
    const scored = await this.#rows.run(rows, signal);
    return texts.map((text) => {
      try {
        return text instanceof Error ? text : this.#answer(text.pieces, text.parts, scored);
      } catch (error) {
        return asRunError(error);
      }
    });
  }

  close(): Promise<void> {
    return this.#rows.close();
  }

  #addRows(ids: readonly number[], rows: (readonly number[])[]): readonly Part[] {
    if (ids.length === 0) return [];
    const [start, end] = this.#tokenizer.ends;
    return windowsOf(ids.length, this.#windowSize).map((window) => ({ window, row: rows.push([...start, ...ids.slice(window.from, window.to), ...end]) - 1 }));
  }

  #answer({ text, words }: WordPieces, parts: readonly Part[], scored: readonly (Scored | Error)[]): Item {
    let at = 0;
    const judged = words.map(({ piece }): Judged => {
      while (piece >= (parts[at] as Part).window.takeTo) at++;
      const { window, row } = parts[at] as Part;
      const scores = scored[row] as Scored | Error;
      if (scores instanceof Error) throw scores;
      return this.#judge(scores, piece - window.from + this.#tokenizer.ends[0].length);
    });
    return { entities: toEntities(text, words, judged) };
  }

  #judge({ data, size }: Scored, place: number): Judged {
    const probabilities = softmax(data.subarray(place * size, (place + 1) * size));
    const best = probabilities.reduce((top, score, index) => (score > (probabilities[top] as number) ? index : top), 0);
    return { label: this.#labelOf(best), score: probabilities[best] as number };
  }
}

function scoresOf({ outputs }: RunOutputs): Scored[] {
  const { data, dims } = floats('logits', outputs['logits'], 3);
  const [count = 0, length = 0, size = 0] = dims;
  return Array.from({ length: count }, (_, row) => ({ data: data.subarray(row * length * size, (row + 1) * length * size), size }));
}
