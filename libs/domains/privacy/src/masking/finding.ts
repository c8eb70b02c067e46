/** Where in a text something was found; `end` is the index after it. */
export interface Finding {
  readonly start: number;
  readonly end: number;
}

/** Finds one kind of personal data. Its time grows with the length of the text and with nothing else. */
export type Finder = (text: string) => readonly Finding[];

/** What matches a pattern and stands the test. A pattern's quantifiers are bounded, and no match begins within a word, so that hostile texts cost no more than others. */
export function findPattern(text: string, pattern: RegExp, isIt: (match: string, start: number) => boolean = () => true): Finding[] {
  const found: Finding[] = [];
  for (const { 0: match, index: start } of text.matchAll(pattern)) if (isIt(match, start)) found.push({ start, end: start + match.length });
  return found;
}
