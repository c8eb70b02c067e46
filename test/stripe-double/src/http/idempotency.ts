import { StripeFailure } from '../state/stripe-failure.js';
import type { Answered } from './reply.js';

const DAY_MS = 86_400_000;
/** How long Stripe remembers a key, by version of the API. */
const LIVES_MS = { v1: DAY_MS, v2: 30 * DAY_MS };

export interface KeyedRequest {
  readonly key: string;
  /** Everything that makes a request what it is: verb, path and parameters. */
  readonly fingerprint: string;
  readonly api: 'v1' | 'v2';
}

interface Kept {
  readonly fingerprint: string;
  readonly untilMs: number;
  readonly answer: Answered | undefined;
}

/** Answers by their idempotency keys: a second request with the same key gets the first one's answer. */
export class IdempotencyKeys {
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly nowMs: () => number) {}

  /**
   * @returns the answer of an earlier request with this key, or undefined for its first, which then holds the key until `keep` or `release`.
   * @throws {StripeFailure} 400 for a key that came with other parameters; 409 while its first request is being answered
   */
  claim({ key, fingerprint, api }: KeyedRequest): Answered | undefined {
    const known = this.kept.get(key);
    if (!known || known.untilMs <= this.nowMs()) {
      this.kept.set(key, { fingerprint, untilMs: this.nowMs() + LIVES_MS[api], answer: undefined });
      return undefined;
    }
    if (known.fingerprint !== fingerprint) {
      const message = `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`;
      throw new StripeFailure(400, { type: 'idempotency_error', message });
    }
    if (known.answer) return known.answer;
    const message = `There is currently another in-progress request using this Idempotent Key (${key}). Please try again later.`;
    throw new StripeFailure(409, { type: 'idempotency_error', code: 'idempotency_key_in_use', message });
  }

  keep(key: string, answer: Answered): void {
    const known = this.kept.get(key);
    if (known) this.kept.set(key, { ...known, answer });
  }

  /** Nothing was done under this key: it may come again with other parameters. */
  release(key: string): void {
    this.kept.delete(key);
  }
}
