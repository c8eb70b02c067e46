import type Stripe from 'stripe';
import { invalid } from './stripe-failure.js';

export interface PageParams {
  readonly limit?: number;
  readonly starting_after?: string;
  readonly ending_before?: string;
  readonly created?: Stripe.RangeQueryParam | number;
}

const LIMIT = 10;
const LIMIT_MAX = 100;

/** A page of `items`, which come newest first. @throws {StripeFailure} for a limit out of bounds and a cursor that is not in the list. */
export function page<T extends { readonly id: string; readonly created?: number | string }>(items: readonly T[], params: PageParams, url: string): Stripe.ApiList<T> {
  const limit = params.limit ?? LIMIT;
  if (limit < 1 || limit > LIMIT_MAX) throw invalid(`This value must be greater than or equal to 1 and at most ${LIMIT_MAX}.`, { param: 'limit', code: 'parameter_invalid_integer' });
  const matching = items.filter(({ created }) => typeof created !== 'number' || isWithin(created, params.created));
  if (params.ending_before) {
    const before = matching.slice(0, indexOf(matching, params.ending_before));
    return { object: 'list', data: before.slice(-limit), has_more: before.length > limit, url };
  }
  const rest = params.starting_after ? matching.slice(indexOf(matching, params.starting_after) + 1) : matching;
  return { object: 'list', data: rest.slice(0, limit), has_more: rest.length > limit, url };
}

function indexOf(items: readonly { readonly id: string }[], id: string): number {
  const index = items.findIndex((item) => item.id === id);
  if (index < 0) throw invalid(`No such object: '${id}'`, { code: 'resource_missing', param: 'starting_after' });
  return index;
}

function isWithin(created: number, range: PageParams['created']): boolean {
  if (range === undefined) return true;
  if (typeof range === 'number') return created === range;
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range;
  return created > gt && created >= gte && created < lt && created <= lte;
}
