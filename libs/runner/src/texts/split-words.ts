const WORD = /[\p{L}\p{M}\p{N}]+(?:'[\p{L}\p{M}\p{N}]+)*|[\p{P}\p{S}]/gu;
const TYPOGRAPHIC_APOSTROPHE = /\u2019/g;

/**
 * The words of a text, in order. A word is a run of letters, marks and digits (Unicode categories L, M and N), with single
 * apostrophes inside it; each other visible character (P and S) is a word of its own; whatever else there is separates. The
 * typographic apostrophe counts as the plain one.
 */
export function splitWords(text: string): string[] {
  return text.replace(TYPOGRAPHIC_APOSTROPHE, "'").match(WORD) ?? [];
}
