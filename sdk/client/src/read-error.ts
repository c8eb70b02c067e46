import { createError, isErrorKind } from './create-error.js';
import type { Charged, ErrorFacts, ErrorKind, SteelyardError } from './errors.js';

const KIND_OF_STATUS: Readonly<Record<number, ErrorKind>> = {
  400: 'invalid',
  401: 'unauthenticated',
  402: 'payment-required',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'deadline-exceeded',
  409: 'conflict',
  413: 'too-large',
  415: 'unsupported-media-type',
  422: 'unprocessable',
  429: 'rate-limited',
  499: 'cancelled',
  501: 'not-configured',
  502: 'unavailable',
  503: 'unavailable',
  504: 'deadline-exceeded',
};

/** The failure that an answer of the native route or of the uploads describes. `body` is its text. */
export function readHttpError(response: Response, body: string, idempotencyKey?: string): SteelyardError {
  const stated = parseObject(parseObject(parse(body))?.['error']);
  const kind = stated && isErrorKind(stated['kind']) ? stated['kind'] : kindOf(response.status, stated?.['code']);
  const requestId = text(stated?.['requestId']) ?? response.headers.get('x-request-id') ?? undefined;
  return createError({
    kind,
    code: text(stated?.['code']) ?? `HTTP.${response.status}`,
    message: text(stated?.['message']) ?? `the server answered ${response.status}${excerpt(body)}`,
    status: response.status,
    requestId,
    predictionId: response.headers.get('steelyard-prediction-id') ?? undefined,
    fix: text(stated?.['fix']),
    details: parseObject(stated?.['details']),
    retryable: flag(stated?.['retryable']) ?? retryableByKind(kind),
    retryAfterMs: retryAfterMs(response.headers.get('retry-after'), Date.now()),
    charged: chargedOf(stated?.['charged'], response.status),
    idempotencyKey,
  });
}

/** The platform says 502, with a code, of models that fail; a proxy before it says so, without one, of the platform. */
function kindOf(status: number, code: unknown): ErrorKind {
  if (status === 502 && code !== undefined) return 'model-failed';
  return KIND_OF_STATUS[status] ?? 'internal';
}

/** The failure that the first of a GraphQL answer's `errors` describes. */
export function readGraphqlError(error: unknown, response: Response): SteelyardError {
  const stated = parseObject(error) ?? {};
  const extensions = parseObject(stated['extensions']) ?? {};
  const status = typeof extensions['status'] === 'number' ? extensions['status'] : response.status;
  const kind = isErrorKind(extensions['kind']) ? extensions['kind'] : (KIND_OF_STATUS[status] ?? 'internal');
  const facts: ErrorFacts = {
    kind,
    code: text(extensions['code']) ?? 'GRAPHQL.FAILED',
    message: text(stated['message']) ?? 'the server answered an error without a message',
    status,
    requestId: text(extensions['requestId']) ?? response.headers.get('x-request-id') ?? undefined,
    fix: text(extensions['fix']),
    details: parseObject(extensions['details']),
    retryable: flag(extensions['retryable']) ?? retryableByKind(kind),
    retryAfterMs: retryAfterMs(response.headers.get('retry-after'), Date.now()),
    charged: chargedOf(extensions['charged'], 400),
  };
  return createError(facts);
}

/** `Retry-After` as a delay: seconds or an HTTP date. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d+(\.\d+)?$/.test(header.trim())) return Number(header) * 1000;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

function retryableByKind(kind: ErrorKind): boolean {
  return kind === 'rate-limited' || kind === 'unavailable' || kind === 'connection';
}

/** Where the platform does not say: a refusal (4xx) did not run; for anything else nobody knows. */
function chargedOf(value: unknown, status: number): Charged {
  if (value === true || value === 'yes') return 'yes';
  if (value === false || value === 'no') return 'no';
  if (value === 'unknown') return 'unknown';
  return status >= 400 && status < 500 && status !== 408 && status !== 499 ? 'no' : 'unknown';
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function parseObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function flag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/** Enough of a page that is no JSON (a proxy's, say) to recognise it. */
function excerpt(body: string): string {
  const line = body.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ').trim();
  return line === '' ? '' : `: ${line.slice(0, 120)}`;
}
