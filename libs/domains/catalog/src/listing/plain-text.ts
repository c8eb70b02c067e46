const CHARS_MAX = 20_000;

/** Front matter, comments and tags of HTML, targets of links and images, bare addresses: what a card has that nobody searches for. */
const NOT_PROSE = [/^---\r?\n[\s\S]{0,4000}?\r?\n---\r?\n/, /<[^<>]{0,1000}>/g, /\]\([^()\s]{0,1000}\)/g, /\bhttps?:\/\/\S+/g];

/** The words of a Markdown text's beginning, for searching; what is left of its marks means nothing there. */
export function plainText(markdown: string): string {
  return NOT_PROSE.reduce((text, pattern) => text.replace(pattern, ' '), markdown.slice(0, CHARS_MAX));
}
