import { identityErrors } from '../errors.js';

/** One sign and no blanks; whether somebody reads it only a letter can tell. */
const EMAIL = /^[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+$/;
const EMAIL_LENGTH_MAX = 254;

/** An address as it is stored and compared: in lower case. @throws AppError `IDENTITY.EMAIL_INVALID` */
export function cleanEmail(email: string): string {
  if (email.length > EMAIL_LENGTH_MAX || !EMAIL.test(email)) throw identityErrors.EMAIL_INVALID({ email });
  return email.toLowerCase();
}
