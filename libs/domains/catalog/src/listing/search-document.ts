import { plainText } from './plain-text.js';
import { wordsOf, type SearchWord } from './words.js';

type Weight = 'A' | 'B' | 'C' | 'D';

export interface SearchedTexts {
  readonly name: string;
  readonly ownerHandle: string;
  readonly ownerName: string;
  readonly task: string;
  readonly tags: readonly string[];
  readonly description: string;
  readonly card: string;
}

export interface SearchDocuments {
  /** What a list shows of a model, as the text of a tsvector. */
  readonly headline: string;
  /** The same and the card. */
  readonly document: string;
}

/** PostgreSQL keeps at most 256 places of a word, and none beyond 16,383. Fewer say as much. */
const PLACES_PER_WORD_MAX = 8;
const WORDS_MAX = 4_000;

/** How a model is found, weighted by where a word stands. */
export function searchDocuments(texts: SearchedTexts): SearchDocuments {
  const headline: [Weight, string][] = [
    ['A', `${texts.name} ${texts.ownerHandle} ${texts.ownerName}`],
    ['B', `${texts.task} ${texts.tags.join(' ')}`],
    ['C', texts.description],
  ];
  return { headline: tsvector(headline), document: tsvector([...headline, ['D', plainText(texts.card)]]) };
}

function tsvector(texts: readonly (readonly [Weight, string])[]): string {
  const places = new Map<string, string[]>();
  let place = 0;
  for (const [weight, text] of texts) {
    for (const word of wordsOf(text)) {
      place += 1;
      if (place > WORDS_MAX) break;
      const known = places.get(word);
      if (!known) places.set(word, [`${place}${weight}`]);
      else if (known.length < PLACES_PER_WORD_MAX) known.push(`${place}${weight}`);
    }
  }
  return [...places].map(([word, at]) => `'${word}':${at.join(',')}`).join(' ');
}

/** The text of a tsquery; `undefined` when there is nothing to ask for. A word is letters and digits, so quotes need no care. */
export function tsquery(words: readonly SearchWord[]): string | undefined {
  return words.length === 0 ? undefined : words.map(({ text, unfinished }) => `'${text}'${unfinished ? ':*' : ''}`).join(' & ');
}
