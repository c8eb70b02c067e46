import { paymentErrors } from '../errors.js';

/** What an event of Stripe's says, in either of its forms: with the object, or (second API) with no more than its id. */
export interface StripeNotice {
  readonly id: string;
  readonly type: string;
  readonly objectId: string;
  readonly createdAt: Date;
  readonly isLive: boolean;
  /** The connected account that it happened in; not given for our own. */
  readonly accountId: string | undefined;
}

/** @throws AppError `PAYMENTS.EVENT_INVALID` */
export function noticeOf(event: Readonly<Record<string, unknown>>): StripeNotice {
  const { id, type, created, livemode, account, context, data, related_object: related } = event as {
    id?: unknown; type?: unknown; created?: unknown; livemode?: unknown; account?: unknown; context?: unknown;
    data?: { object?: { id?: unknown } }; related_object?: { id?: unknown } | null;
  };
  const objectId = related?.id ?? data?.object?.id ?? '';
  const createdAt = new Date(typeof created === 'number' ? created * 1_000 : String(created));
  if (typeof id !== 'string' || typeof type !== 'string' || typeof objectId !== 'string' || Number.isNaN(createdAt.getTime())) throw paymentErrors.EVENT_INVALID({});
  const accountId = [account, context].find((value): value is string => typeof value === 'string' && value !== '');
  return { id, type, objectId, createdAt, isLive: livemode === true, accountId };
}
