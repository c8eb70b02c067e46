import Stripe from 'stripe';
import { checkStatus, toFailure } from './failure.js';

/** Where Stripe is, and as whom it is asked. */
export interface StripePlace {
  readonly secretKey: string;
  /** An origin. */
  readonly apiBase: string;
  readonly timeoutMs?: number | undefined;
}

type Answer<T> = Promise<T & { readonly lastResponse: Stripe.Response<object>['lastResponse'] }>;

/** Asks Stripe one thing, and has looked at the status of the answer. */
export type Ask = <T>(question: (stripe: Stripe) => Answer<T>) => Promise<T>;

const TIMEOUT_MS = 20_000;

/** Retries are the outbox's: it knows what may be sent again. A closed connection is retried once by the package all the same, with the same key. */
export function openStripe({ secretKey, apiBase, timeoutMs = TIMEOUT_MS }: StripePlace): { readonly ask: Ask; readonly stripe: Stripe } {
  const { hostname, port, protocol } = new URL(apiBase);
  const isSecure = protocol === 'https:';
  const stripe = new Stripe(secretKey, {
    apiVersion: '2026-10-28.endive',
    host: hostname,
    port: port === '' ? (isSecure ? 443 : 80) : Number(port),
    protocol: isSecure ? 'https' : 'http',
    timeout: timeoutMs,
    maxNetworkRetries: 0,
    telemetry: false,
    appInfo: { name: 'steelyard' },
  });
  const ask: Ask = async (question) => {
    try {
      const answer = await question(stripe);
      checkStatus(answer);
      return answer;
    } catch (error) {
      throw isOurs(error) ? error : toFailure(error);
    }
  };
  return { ask, stripe };
}

function isOurs(error: unknown): boolean {
  return (error as { code?: unknown }).code?.toString().startsWith('PAYMENTS.') === true;
}

const PAGE = 100;

/** All items of a list of Stripe's, page by page, so that each page's status is looked at. */
export async function* allPages<T extends { readonly id: string }>(
  ask: Ask,
  page: (stripe: Stripe, paging: { limit: number; starting_after?: string }) => Answer<{ readonly data: T[]; readonly has_more: boolean }>,
): AsyncGenerator<T, void> {
  for (let last: string | undefined; ; ) {
    const after = last === undefined ? {} : { starting_after: last };
    const { data, has_more: hasMore } = await ask((stripe) => page(stripe, { limit: PAGE, ...after }));
    yield* data;
    if (!hasMore || data.length === 0) return;
    last = data.at(-1)!.id;
  }
}

/** The first that fits. */
export async function firstOf<T>(items: AsyncIterable<T>, fits: (item: T) => boolean): Promise<T | undefined> {
  for await (const item of items) if (fits(item)) return item;
  return undefined;
}
