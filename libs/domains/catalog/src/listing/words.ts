const WORD = /[\p{L}\p{N}\p{M}]+/gu;
/** Words that hang together: `breast-cancer`, `resnet_50`, `v1.5`. */
const COMPOUND = /[\p{L}\p{N}\p{M}]+(?:[-_.][\p{L}\p{N}\p{M}]+)*/gu;
/** Scripts that are written without blanks between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]+/gu;
const LETTERS_OR_DIGITS = /\p{N}+|[^\p{N}]+/gu;
const ACCENTS = /[\u0300-\u036f]+/g;

/** Characters of a word that count. */
const WORD_LENGTH_MAX = 64;
const TYPED_LENGTH_MAX = 200;
const SEARCH_WORDS_MAX = 16;

/**
 * The words of a text by which it is found, in order, some more than once. A compound counts whole and in its parts, as does a word
 * of letters and digits; of a script without blanks every two neighbouring characters are a word.
 */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const [compound] of fold(text).matchAll(COMPOUND)) {
    const parts = compound.match(WORD) ?? [];
    if (parts.length > 1) words.push(cut(parts.join('')));
    for (const stretch of parts.flatMap(stretchesOf)) words.push(...(stretch.unspaced ? pairsAndLast(stretch.text) : wholeAndRuns(stretch.text)));
  }
  return words;
}

/** A word that a text must have, or, unfinished, that a word of the text must begin with. */
export interface SearchWord {
  readonly text: string;
  readonly unfinished: boolean;
}

/** Reads what somebody types, so that the last word may be unfinished. Any text is a search; one without a letter or digit has no words. */
export function searchWords(typed: string): SearchWord[] {
  const stretches = (fold(typed.slice(0, TYPED_LENGTH_MAX)).match(WORD) ?? []).flatMap(stretchesOf).slice(0, SEARCH_WORDS_MAX);
  return stretches.flatMap(({ text, unspaced }, index): SearchWord[] => {
    if (!unspaced) return [{ text: cut(text), unfinished: index === stretches.length - 1 }];
    const paired = pairs(text).map((pair) => ({ text: pair, unfinished: false }));
    return paired.length > 0 ? paired : [{ text, unfinished: true }];
  });
}

/** Text as it is compared: letters without case, width and accents. */
function fold(text: string): string {
  return text.normalize('NFKD').replace(ACCENTS, '').normalize('NFKC').toLowerCase();
}

interface Stretch {
  readonly text: string;
  readonly unspaced: boolean;
}

function stretchesOf(part: string): Stretch[] {
  const stretches: Stretch[] = [];
  let from = 0;
  for (const { 0: run, index } of part.matchAll(UNSPACED)) {
    if (index > from) stretches.push({ text: part.slice(from, index), unspaced: false });
    stretches.push({ text: run, unspaced: true });
    from = index + run.length;
  }
  if (from < part.length) stretches.push({ text: part.slice(from), unspaced: false });
  return stretches;
}

function wholeAndRuns(word: string): string[] {
  const runs = word.match(LETTERS_OR_DIGITS) ?? [];
  return runs.length > 1 ? [word, ...runs].map(cut) : [cut(word)];
}

function pairs(run: string): string[] {
  const characters = [...run];
  return characters.slice(1).map((character, index) => characters[index]! + character);
}

/** A single character finds the text too: as the beginning of a pair, or, for the last one, by itself. */
function pairsAndLast(run: string): string[] {
  return [...pairs(run), [...run].at(-1)!];
}

function cut(word: string): string {
  return word.length > WORD_LENGTH_MAX ? [...word].slice(0, WORD_LENGTH_MAX).join('') : word;
}
