import { createError } from './create-error.js';
import type { SteelyardError } from './errors.js';

/** The part of `fetch` that the client uses. */
export type FetchLike = (url: string, init: RequestInit) => Promise<Response>;

/** Where the platform is and how to speak to it. */
export interface Connection {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly organization?: string | undefined;
  readonly fetch: FetchLike;
}

/** Sends a request with the key. Rejects as `fetch` does; an answer of any status resolves. */
export function sendRequest(connection: Connection, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (connection.apiKey !== undefined && !headers.has('authorization')) headers.set('authorization', `Bearer ${connection.apiKey}`);
  if (connection.organization !== undefined) headers.set('steelyard-organization', connection.organization);
  return connection.fetch(connection.baseUrl + path, { ...init, headers });
}

/** Failures in which the request certainly never left. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** What `fetch` rejected with, as a typed error. */
export function connectionError(cause: unknown, baseUrl: string, idempotencyKey?: string): SteelyardError {
  const systemCode = codeOf(cause);
  const neverSent = systemCode !== undefined && NEVER_SENT.has(systemCode);
  return createError({
    kind: 'connection',
    code: neverSent ? 'CLIENT.UNREACHABLE' : 'CLIENT.CONNECTION_LOST',
    message: neverSent
      ? `no connection to ${baseUrl} (${systemCode})`
      : `the connection to ${baseUrl} broke before the answer was complete${systemCode ? ` (${systemCode})` : ''}`,
    fix: neverSent ? 'check that the platform runs and that the base URL is right' : undefined,
    retryable: true,
    charged: neverSent ? 'no' : 'unknown',
    idempotencyKey,
    cause,
  });
}

/** `fetch` of Node hides the system's error code in a chain of causes. */
function codeOf(error: unknown): string | undefined {
  let current = error as { code?: unknown; cause?: unknown } | null | undefined;
  for (let depth = 0; typeof current === 'object' && current !== null && depth < 5; depth++) {
    if (typeof current.code === 'string') return current.code;
    current = current.cause as typeof current;
  }
  return undefined;
}
