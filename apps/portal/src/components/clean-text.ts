/** What has no shape of its own or turns the reading direction; all but the joiners that emoji and scripts of South Asia need. */
const UNSEEN = /(?:(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}])+/gu;

/** What turns the reading direction. In Markdown, where lines and tabs mean something, only this goes. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/g;

export function withoutTurns(text: string): string {
  return text.replace(TURNS, '\ufffd');
}

/** One line of a stranger's words for a page, a title or a label: what could deceive the eye shows as one mark. */
export function cleanText(text: string): string {
  return text.replace(/[\t\n\r]+/g, ' ').replace(UNSEEN, '\ufffd').trim();
}
