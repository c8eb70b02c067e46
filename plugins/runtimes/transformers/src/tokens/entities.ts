import type { Word } from './word-pieces.js';

/** What the model says of a word: a label of its configuration, and how sure it is. */
export interface Judged {
  readonly label: string;
  readonly score: number;
}

export interface Entity extends Judged {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The label of words that are part of nothing. */
const OUTSIDE = 'O';
const PLACED = /^([BI])-(.+)$/s;

interface Group {
  readonly label: string;
  readonly start: number;
  end: number;
  readonly scores: number[];
}

/**
 * Words that belong together: neighbours with one label, unless the second begins something of its own (`B-`). `O` is left
 * out. The score is the mean of the words'.
 */
export function toEntities(text: string, words: readonly Word[], judged: readonly Judged[]): Entity[] {
  const groups: Group[] = [];
  let open: Group | undefined;
  for (const [index, { start, end }] of words.entries()) {
    const { label: full, score } = judged[index] as Judged;
    const [, place, placed] = PLACED.exec(full) ?? [];
    const label = placed ?? full;
    if (full === OUTSIDE) open = undefined;
    else if (open?.label === label && place !== 'B') {
      open.end = end;
      open.scores.push(score);
    } else groups.push((open = { label, start, end, scores: [score] }));
  }
  return groups.map(({ label, start, end, scores }) => ({
    label,
    score: scores.reduce((sum, score) => sum + score, 0) / scores.length,
    text: text.slice(start, end),
    start,
    end,
  }));
}
