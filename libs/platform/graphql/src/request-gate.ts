import type { IncomingHttpHeaders } from 'node:http';
import type { Arrival, Credentials, Identified } from '@steelyard/kernel';
import { credentialsOf } from '@steelyard/platform-http';
import { rememberIdentified } from './access.js';
import { graphqlErrors } from './errors.js';

/** Tells from what a request shows who sends it. Throws an `AppError` for a key or a session that is not good. */
export type Identify = (credentials: Credentials, arrival?: Arrival) => Promise<Identified>;

interface GateRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Runs before the body is read. Only `application/json` by POST passes: a browser sends anything else (forms, text, links) across sites without
 * asking. Who calls is settled here too, so that a bad key, or one whose limit is met, does not cost reading a body.
 */
export function createRequestGate(identify: Identify) {
  return async (request: GateRequest, arrival: Arrival): Promise<void> => {
    if (request.method !== 'POST') throw graphqlErrors.METHOD_REFUSED({ method: request.method });
    const contentType = request.headers['content-type'] ?? '';
    if (!/^application\/json *(;|$)/i.test(contentType)) throw graphqlErrors.CONTENT_TYPE_REFUSED({ contentType });
    rememberIdentified(request, await identify(credentialsOf(request.headers), arrival));
  };
}
