import type { Call, CallResult, ClientPlugin } from '../call.js';
import { PaymentRequiredError, SteelyardError } from '../errors.js';

export interface RetryOptions {
  /** How often to try in all; 1 turns retries off. */
  readonly attempts?: number;
  /** Before the second attempt; doubles with each. */
  readonly baseDelayMs?: number;
  readonly delayMaxMs?: number;
}

/**
 * Tries again after failures that may pass: a lost connection, a busy or restarting platform. Every attempt carries the
 * same idempotency key, so the platform charges one of them at most. Waits as long as `Retry-After` says, else with
 * jittered exponential back-off, and never beyond the deadline. `PaymentRequiredError` is never retried.
 */
export function retry({ attempts = 3, baseDelayMs = 200, delayMaxMs = 5_000 }: RetryOptions = {}): ClientPlugin {
  return {
    name: 'retry',
    async onCall(call: Call, next: (call: Call) => Promise<CallResult>): Promise<CallResult> {
      for (let attempt = 1; ; attempt++) {
        try {
          return await next(attempt === 1 ? call : { ...call, attempt });
        } catch (error) {
          if (attempt >= attempts || !isWorthRetrying(error, call)) throw error;
          const delayMs = error.retryAfterMs ?? jittered(Math.min(delayMaxMs, baseDelayMs * 2 ** (attempt - 1)));
          if (Date.now() + delayMs >= call.deadlineAtMs) throw error;
          await pause(delayMs, call.signal);
        }
      }
    },
  };
}

function isWorthRetrying(error: unknown, call: Call): error is SteelyardError {
  return error instanceof SteelyardError && error.retryable && !(error instanceof PaymentRequiredError) && !call.signal.aborted;
}

/** Between half of it and all of it, so that clients that failed together do not come back together. */
function jittered(delayMs: number): number {
  return delayMs * (0.5 + Math.random() / 2);
}

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, delayMs);
    signal.addEventListener('abort', stop, { once: true });
  });
}
