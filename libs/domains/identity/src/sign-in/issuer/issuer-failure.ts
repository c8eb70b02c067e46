import { AppError } from '@steelyard/kernel';
import * as oidc from 'openid-client';
import { signInErrors } from '../errors.js';
import type { Issuer } from '../front-door.js';

/** Codes of openid-client that say the issuer was not reached or is not one, rather than that an answer is not to be trusted. */
const UNREACHABLE = new Set(['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON', 'OAUTH_PARSE_ERROR', 'OAUTH_HTTP_REQUEST_FORBIDDEN']);

/** What openid-client throws, for people. */
export function asRefusal(error: unknown, { url }: Pick<Issuer, 'url'>): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof oidc.AuthorizationResponseError) return signInErrors.DECLINED({ error: error.error_description ?? error.error }, error);
  if (error instanceof oidc.ResponseBodyError && error.status < 500) return signInErrors.ANSWER_REFUSED({ reason: error.error_description ?? error.error }, error);
  if (error instanceof oidc.ClientError && error.code !== undefined && !UNREACHABLE.has(error.code)) return signInErrors.ANSWER_REFUSED({ reason: error.message }, error);
  return signInErrors.ISSUER_UNREACHABLE({ issuer: url.origin }, error);
}
