import { expect, it } from '@jest/globals';
import { SHARED_BODY_LIMIT_BYTES } from '@steelyard/test-support';

export interface BadRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

export interface Refused {
  readonly status: number;
  /** Our code. */
  readonly code: string;
  readonly message?: RegExp;
}

export interface Door {
  /** Where a good request goes, and what it is. */
  readonly good: () => Required<Omit<BadRequest, 'method'>> & { readonly url: string };
  /** Holds an error's body against the door's own shape; gives its message. */
  readonly messageOf: (body: any) => string;
}

/** A row of a table: what is wrong, with which request, and how it is refused. */
export type BadRow = readonly [what: string, bad: () => BadRequest, refused: Refused];

/** Requests that differ from a good one in one thing. Each is refused in the door's own shape, with its own status; 504 alone, for a deadline, is above 499. */
export function refusesEach(door: Door, rows: readonly BadRow[]): void {
  it.each(rows)('%s', async (_what, bad, { status, code, message }) => {
    const { url, path, headers, body } = door.good();
    const wish = bad();
    const method = wish.method ?? 'POST';
    const response = await fetch(url + (wish.path ?? path), {
      method,
      headers: { ...headers, ...wish.headers },
      ...(method === 'POST' && { body: wish.body ?? body }),
    });
    const answer: unknown = await response.json();
    expect({ status: response.status, code: response.headers.get('steelyard-error-code') ?? (answer as any).error.code }).toEqual({ status, code });
    expect(response.headers.get('x-request-id')).toBeTruthy();
    expect(door.messageOf(answer)).toMatch(message ?? /./);
  });
}

/** What is wrong with any request, whatever the protocol. `malformed` is a body that breaks off. */
export const commonRows = (malformed: string): BadRow[] => [
  ['another method', () => ({ method: 'GET' }), { status: 405, code: 'HTTP.METHOD_NOT_ALLOWED' }],
  ['another content type', () => ({ headers: { 'content-type': 'text/plain' } }), { status: 415, code: 'HTTP.MEDIA_TYPE_UNSUPPORTED' }],
  ['a compressed body', () => ({ headers: { 'content-encoding': 'gzip' } }), { status: 415, code: 'HTTP.MEDIA_TYPE_UNSUPPORTED', message: /gzip/ }],
  ['a body that breaks off', () => ({ body: malformed }), { status: 400, code: 'HTTP.BODY_MALFORMED' }],
  ['no body', () => ({ body: '' }), { status: 400, code: 'HTTP.BODY_MALFORMED' }],
  ['a body over the limit', () => ({ body: 'x'.repeat(SHARED_BODY_LIMIT_BYTES + 1) }), { status: 413, code: 'HTTP.BODY_TOO_LARGE' }],
  ['a path that is not encoded as paths are', () => ({ path: '%ff' }), { status: 400, code: 'HTTP.PATH_INVALID' }],
  ['no key', () => ({ headers: { authorization: '' } }), { status: 401, code: 'HTTP.AUTHORIZATION_INVALID' }],
  ['a deadline that has passed', () => ({ headers: { 'steelyard-deadline-ms': '0' } }), { status: 504, code: 'INFERENCE.DEADLINE_PASSED' }],
  ['a deadline that is no number', () => ({ headers: { 'steelyard-deadline-ms': 'soon' } }), { status: 400, code: 'HTTP.HEADER_INVALID' }],
  ['an idempotency key that is none', () => ({ headers: { 'idempotency-key': 'x'.repeat(256) } }), { status: 400, code: 'INFERENCE.IDEMPOTENCY_KEY_INVALID' }],
];
