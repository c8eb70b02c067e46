import { identityErrors } from './errors.js';

const NAME_LENGTH_MAX = 100;

/** A name for people, without the blanks around it. @throws AppError `IDENTITY.NAME_INVALID` */
export function cleanName(name: string, what: string): string {
  const clean = name.trim();
  if (clean === '' || clean.length > NAME_LENGTH_MAX) throw identityErrors.NAME_INVALID({ what });
  return clean;
}
