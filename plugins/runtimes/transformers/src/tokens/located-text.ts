/** A text as a tokenizer normalises it, which still knows where each of its units came from. */
export interface LocatedText {
  readonly text: string;
  /** By UTF-16 unit of {@link text}: where in the original its character begins, and where it ends. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

const MARK = /^\p{M}$/u;

/**
 * Normalises a text character by character, so that every unit of the result has a place in the original. A mark that the
 * normalisation drops (an accent that follows its letter) belongs to the character before it.
 */
export function locate(original: string, normalize: (char: string) => string): LocatedText {
  const starts: number[] = [];
  const ends: number[] = [];
  let text = '';
  let at = 0;
  for (const char of original) {
    const normal = normalize(char);
    const end = at + char.length;
    if (normal === '' && MARK.test(char) && ends.at(-1) === at) ends[ends.length - 1] = end;
    for (let unit = 0; unit < normal.length; unit++) {
      starts.push(at);
      ends.push(end);
    }
    text += normal;
    at = end;
  }
  return { text, starts, ends };
}
