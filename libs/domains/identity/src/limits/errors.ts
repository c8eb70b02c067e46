import { defineErrors } from '@steelyard/kernel';

/** Whose limit a request met. */
export type LimitOf = 'key' | 'organization' | 'person' | 'address';

export interface LimitMet {
  readonly limitOf: LimitOf;
  readonly requestsPerMinute: number;
  readonly retryAfterMs: number;
}

const WHOSE: Readonly<Record<LimitOf, string>> = { key: 'This API key', organization: 'The organization of this API key', person: 'Who is signed in', address: 'Your address' };

export const limitErrors = defineErrors('IDENTITY', {
  RATE_LIMITED: {
    kind: 'rate-limited',
    message: ({ limitOf, requestsPerMinute }: LimitMet) => `${WHOSE[limitOf]} may send ${requestsPerMinute} requests in a minute, and has; nothing ran and nothing is charged`,
    fix: ({ retryAfterMs }: LimitMet) => `Send it again in ${Math.ceil(retryAfterMs / 1_000)} s, and fewer in a minute.`,
  },
  TRIES_USED_UP: {
    kind: 'rate-limited',
    message: ({ limitOf, requestsPerMinute }: LimitMet) =>
      limitOf === 'person'
        ? `You have sent ${requestsPerMinute} requests within a minute for organizations that you do not belong to; no other is looked for now`
        : `From your address have come ${requestsPerMinute} requests within a minute with a key or a session that is not good; no other is looked at now`,
    fix: ({ limitOf, retryAfterMs }: LimitMet) =>
      limitOf === 'person'
        ? `See which program names a wrong organization, and try again in ${Math.ceil(retryAfterMs / 1_000)} s. Requests for your own go on working.`
        : `See which program sends a wrong key or session, and try again in ${Math.ceil(retryAfterMs / 1_000)} s. Those that have worked here go on working.`,
  },
  RATE_INVALID: {
    kind: 'invalid',
    message: ({ max }: { max: number }) => `A limit of requests per minute must be a whole number, 1 to ${max}`,
  },
});
