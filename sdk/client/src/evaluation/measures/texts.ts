export interface ReadText {
  readonly expected: string;
  readonly answer: string;
}

/**
 * Character error rate: how many characters would have to be put in, taken out or replaced, for each one that was expected,
 * over all lines together. 0 is perfect; it may exceed 1. Runs of white space count as one blank.
 */
export function characterErrorRate(lines: readonly ReadText[]): number | undefined {
  let [edits, length] = [0, 0];
  for (const { expected, answer } of lines) {
    const wanted = charactersOf(expected);
    edits += editDistance(wanted, charactersOf(answer));
    length += wanted.length;
  }
  return length === 0 ? undefined : edits / length;
}

/** The share of the lines that were read without a mistake, 0 to 1. */
export function exactTexts(lines: readonly ReadText[]): number | undefined {
  if (lines.length === 0) return undefined;
  return lines.filter(({ expected, answer }) => charactersOf(expected).join('') === charactersOf(answer).join('')).length / lines.length;
}

/** By code points, so that a sign outside the basic plane is one mistake and not two. */
function charactersOf(text: string): string[] {
  return Array.from(text.normalize('NFC').replace(/\s+/g, ' ').trim());
}

/** Levenshtein's, in the memory of one row. */
export function editDistance(from: readonly string[], to: readonly string[]): number {
  let row = Uint32Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = new Uint32Array(to.length + 1);
    next[0] = i;
    for (let j = 1; j <= to.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[to.length]!;
}
