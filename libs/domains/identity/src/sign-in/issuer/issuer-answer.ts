import type { ProvenPerson } from '../../people/record-person.js';
import { signInErrors } from '../errors.js';

/** Whom an issuer vouched for, and by what it can be asked again. */
export interface IssuerAnswer {
  readonly person: ProvenPerson;
  readonly refreshToken: string | undefined;
}

const NAME_LENGTH_MAX = 100;
const EMAIL_LENGTH_MAX = 254;

/**
 * A person from the claims of an ID token and of the userinfo endpoint.
 * @throws AppError `SIGN_IN.EMAIL_MISSING`
 */
export function personOf(issuer: string, claims: Readonly<Record<string, unknown>>): ProvenPerson {
  const email = textOf(claims['email']).toLowerCase();
  if (!email.includes('@') || email.length > EMAIL_LENGTH_MAX) throw signInErrors.EMAIL_MISSING({});
  // Some issuers write the truth as a word.
  const emailVerified = claims['email_verified'] === true || claims['email_verified'] === 'true';
  const name = textOf(claims['name']) || textOf(claims['preferred_username']) || email.slice(0, email.indexOf('@'));
  return { issuer, subject: String(claims['sub']), email, emailVerified, name: name.slice(0, NAME_LENGTH_MAX) };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.replace(/\p{C}/gu, '').trim() : '';
}
