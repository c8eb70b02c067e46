/** What has no shape of its own or turns the reading direction; all but the joiners that emoji and scripts of South Asia need. */
const UNSEEN = /(?:(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}])+/gu;

/** One line of a stranger's words for a page, a title or a label: what could deceive the eye shows as one mark. */
export function cleanText(text: string): string {
  return text.replace(/[\t\n\r]+/g, ' ').replace(UNSEEN, '\ufffd').trim();
}
