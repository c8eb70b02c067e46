import type { Operation } from '../contract/operations.js';
import type { Answered, Reply } from './reply.js';

/**
 * What goes wrong, once for each time it is asked for. `-before`: nothing was done. `-after`: all was done, and nobody is told.
 * - `timeout-…`: the answer never comes. `reset-…`: the connection breaks.
 * - `slow`: all is done and the answer comes a little later; meanwhile the same idempotency key is refused with 409.
 * - `server-error-before`: 500, and a second try works. `server-error-after`: 500, which Stripe replays to the same idempotency key.
 * - `conflict`: 409, another request holds the object. `rate-limit`: 429 with Retry-After. `bad-gateway`: 502 with a page instead of JSON.
 * - `bare-not-found`: 404 with JSON that has no `error`, which the stripe package takes for an answer.
 */
export type Fault =
  | 'slow'
  | 'timeout-before'
  | 'timeout-after'
  | 'reset-before'
  | 'reset-after'
  | 'server-error-before'
  | 'server-error-after'
  | 'conflict'
  | 'rate-limit'
  | 'bad-gateway'
  | 'bare-not-found';

export const faults: readonly Fault[] = [
  'slow',
  'timeout-before',
  'timeout-after',
  'reset-before',
  'reset-after',
  'server-error-before',
  'server-error-after',
  'conflict',
  'rate-limit',
  'bad-gateway',
  'bare-not-found',
];

/** What tests have asked to go wrong, in their order for each operation. */
export class FaultPlan {
  private readonly planned = new Map<Operation, Fault[]>();

  add(operation: Operation, fault: Fault, times: number): void {
    this.planned.set(operation, [...(this.planned.get(operation) ?? []), ...Array.from({ length: times }, () => fault)]);
  }

  take(operation: Operation): Fault | undefined {
    return this.planned.get(operation)?.shift();
  }

  clear(): void {
    this.planned.clear();
  }

  /** Faults that no request has met yet. */
  remaining(): { readonly operation: Operation; readonly faults: readonly Fault[] }[] {
    return [...this.planned].filter(([, left]) => left.length > 0).map(([operation, left]) => ({ operation, faults: left }));
  }
}

const RETRY_AFTER_S = 2;

/** What is answered instead of the work, for faults that come before it. */
export function replyInstead(fault: Fault): Reply | undefined {
  switch (fault) {
    case 'timeout-before':
      return { kind: 'silence' };
    case 'reset-before':
      return { kind: 'reset' };
    case 'server-error-before':
      return serverError();
    case 'conflict':
      return failed(409, { type: 'invalid_request_error', code: 'lock_timeout', message: 'This object cannot be accessed right now because another API request or Stripe process is currently accessing it.' });
    case 'rate-limit':
      return failed(429, { type: 'invalid_request_error', code: 'rate_limit', message: 'Request rate limit exceeded.' }, { 'retry-after': String(RETRY_AFTER_S) });
    case 'bad-gateway':
      return { kind: 'answer', status: 502, headers: { 'content-type': 'text/html' }, body: '<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>' };
    case 'bare-not-found':
      return { kind: 'answer', status: 404, headers: {}, body: '{"message":"no such route"}' };
    default:
      return undefined;
  }
}

/** What is answered after the work was done. */
export function replyAfter(fault: Fault | undefined, done: Reply): Reply {
  if (fault === 'timeout-after') return { kind: 'silence' };
  return fault === 'reset-after' ? { kind: 'reset' } : done;
}

export function serverError(): Answered {
  return failed(500, { type: 'api_error', message: 'An unknown error occurred.' });
}

function failed(status: number, error: object, headers: Record<string, string> = {}): Answered {
  return { kind: 'answer', status, headers, body: JSON.stringify({ error }) };
}
