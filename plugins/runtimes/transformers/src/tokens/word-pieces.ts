import { inputErrors, runtimeErrors } from '@steelyard/runtime-kit';
import type { Item } from '@steelyard/runtime-kit';
import type { PreTrainedTokenizer } from '@huggingface/transformers';
import type { Json } from '../package-files.js';
import { locate } from './located-text.js';

/** A word, as the tokenizer splits text: what gets one label. In UTF-16 units of the text that was sent. */
export interface Word {
  readonly start: number;
  readonly end: number;
  /** Which piece of the text is its first, by which it is judged. */
  readonly piece: number;
}

export interface WordPieces {
  readonly text: string;
  /** Without the tokens at the ends. */
  readonly ids: readonly number[];
  readonly words: readonly Word[];
}

interface Parts {
  readonly normalize: (text: string) => string;
  readonly split: (text: string) => string[];
  readonly cut: (word: string) => string[];
  readonly idOf: (piece: string) => number;
}

/** From the `text` of a request to ids whose words have places in it. */
export class WordPieceTokenizer {
  readonly padId: number;
  /** The special tokens around a text. */
  readonly ends: readonly [start: readonly number[], end: readonly number[]];
  readonly #parts: Parts;

  /**
   * @param json What `tokenizer.json` says.
   * @throws AppError `RUNTIME.LOAD_FAILED` for a tokenizer whose pieces have no places that are known.
   */
  constructor(tokenizer: PreTrainedTokenizer, json: Json) {
    checkTypes(json);
    this.padId = tokenizer.pad_token_id ?? 0;
    this.#parts = partsOf(tokenizer);
    const empty = tokenizer.encode('');
    const filled = tokenizer.encode('a');
    const differs = empty.findIndex((id, index) => id !== filled[index]);
    const before = differs < 0 ? empty.length : differs;
    this.ends = [empty.slice(0, before), empty.slice(before)];
  }

  /** What a text says is text: `[SEP]` in it is no control token. @throws AppError `INPUT.INVALID` for what is no text. */
  encode({ text }: Item): WordPieces {
    if (typeof text !== 'string' || text === '') throw inputErrors.INVALID({ field: 'text', reason: 'it is not a text with at least one character' });
    const { normalize, split, cut, idOf } = this.#parts;
    const normal = locate(text, normalize);
    const ids: number[] = [];
    const words: Word[] = [];
    let at = 0;
    for (const word of split(normal.text)) {
      at = normal.text.indexOf(word, at);
      words.push({ start: normal.starts[at] as number, end: normal.ends[at + word.length - 1] as number, piece: ids.length });
      ids.push(...cut(word).map(idOf));
      at += word.length;
    }
    return { text, ids, words };
  }
}

function checkTypes(json: Json): void {
  const [model, splitter] = [json['model'], json['pre_tokenizer']].map((part) => String((part as Json | null | undefined)?.['type']));
  if (model === 'WordPiece' && splitter === 'BertPreTokenizer') return;
  const reason = `token-classification knows the tokenizer WordPiece with BertPreTokenizer, and this one is ${model} with ${splitter}`;
  throw runtimeErrors.LOAD_FAILED({ model: 'The model', reason });
}

/** What of a tokenizer the library's types do not give. */
interface Inner {
  readonly normalizer: { normalize(text: string): string } | null;
  readonly pre_tokenizer: { pre_tokenize(text: string): string[] } | null;
  readonly model: { encode(words: string[]): string[]; readonly tokens_to_ids: ReadonlyMap<string, number>; readonly unk_token_id?: number } | null;
}

function partsOf({ _tokenizer: inner }: PreTrainedTokenizer): Parts {
  const { normalizer, pre_tokenizer: splitter, model } = inner as Inner;
  if (!splitter || !model) throw runtimeErrors.LOAD_FAILED({ model: 'The model', reason: 'its tokenizer has no parts' });
  return {
    normalize: (text) => normalizer?.normalize(text) ?? text,
    split: (text) => splitter.pre_tokenize(text),
    cut: (word) => model.encode([word]),
    idOf: (piece) => model.tokens_to_ids.get(piece) ?? model.unk_token_id ?? 0,
  };
}
