import { signInErrors } from './errors.js';

const LENGTH_MAX = 2_000;

/**
 * The path to return to after sign-in: of this site and no other, whatever a browser would make of it.
 * @throws AppError `SIGN_IN.RETURN_REFUSED`
 */
export function checkReturnPath(wanted: unknown): string {
  if (wanted === undefined || wanted === '') return '/';
  if (typeof wanted !== 'string') throw signInErrors.RETURN_REFUSED({});
  // Browsers read a backslash as a slash, and skip tabs and line breaks.
  const plain = /^\/(?![/\\])[\x21-\x7e]*$/.test(wanted) && !wanted.includes('\\') && wanted.length <= LENGTH_MAX;
  if (!plain || new URL(wanted, 'http://here.invalid').origin !== 'http://here.invalid') throw signInErrors.RETURN_REFUSED({});
  return wanted;
}
