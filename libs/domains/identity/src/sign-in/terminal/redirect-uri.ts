import { signInErrors } from '../errors.js';

/**
 * Where a terminal waits for its answer: `http://127.0.0.1:<port>/callback`, or the same at `[::1]` or `localhost`; on its own machine, since whoever
 * gets the answer is let in.
 * @throws AppError `SIGN_IN.REDIRECT_REFUSED`
 */
export function checkRedirectUri(text: string): string {
  if (!/^http:\/\/(127\.0\.0\.1|\[::1\]|localhost):\d{1,5}\/callback$/.test(text) || !URL.canParse(text)) throw signInErrors.REDIRECT_REFUSED({});
  return text;
}
