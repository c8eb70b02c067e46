/**
 * Text of others without what a terminal would obey: escape sequences and the other control characters, but for line
 * breaks and tabs.
 */
export function safeText(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is being removed
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}
