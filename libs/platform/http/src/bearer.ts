import { AppError } from '@steelyard/kernel';

const BEARER = /^Bearer +([\x21-\x7e]+) *$/i;

/**
 * The token of an `Authorization: Bearer` header; `undefined` without a header.
 * @throws AppError `HTTP.AUTHORIZATION_INVALID` for another scheme or none.
 */
export function bearerToken(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) {
    throw new AppError('HTTP.AUTHORIZATION_INVALID', 'The Authorization header is not of the form "Bearer <API key>".', {
      kind: 'unauthenticated',
      fix: 'Send Authorization: Bearer sy_live_...',
    });
  }
  return token;
}
