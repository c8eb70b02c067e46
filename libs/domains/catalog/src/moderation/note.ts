import { catalogErrors } from '../errors.js';

export const NOTE_LENGTH_MAX = 2_000;

const TEXT = /^(?:[^\p{Cc}\u2028\u2029]|[\n\t])*$/u;

/** What somebody writes to the operator, without blanks around it. @throws CATALOG.NOTE_INVALID */
export function checkedNote(text: string): string {
  const note = text.replaceAll('\r\n', '\n').trim();
  if (note === '' || note.length > NOTE_LENGTH_MAX || !TEXT.test(note)) throw catalogErrors.NOTE_INVALID({ max: NOTE_LENGTH_MAX });
  return note;
}
