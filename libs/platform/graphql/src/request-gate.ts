import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '@steelyard/kernel';
import { rememberCaller } from './access.js';
import { graphqlErrors } from './errors.js';

/** Turns an `Authorization` header into a caller; `undefined` for none. Throws an `AppError` for a key that is not good. */
export type Authenticate = (authorization: string | undefined) => Promise<Caller | undefined>;

interface GateRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Runs before the body is read. Only `application/json` by POST passes: a browser sends anything else (forms, text, links) across sites without
 * asking. Who calls is settled here too, so that a bad key does not cost reading a body.
 */
export function createRequestGate(authenticate: Authenticate) {
  return async (request: GateRequest): Promise<void> => {
    if (request.method !== 'POST') throw graphqlErrors.METHOD_REFUSED({ method: request.method });
    const contentType = request.headers['content-type'] ?? '';
    if (!/^application\/json *(;|$)/i.test(contentType)) throw graphqlErrors.CONTENT_TYPE_REFUSED({ contentType });
    rememberCaller(request, await authenticate(request.headers.authorization));
  };
}
