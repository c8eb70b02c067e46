import type { Store } from '../state/store.js';
import { invalid } from '../state/stripe-failure.js';

type Plain = Record<string, unknown>;

/** Puts objects where an answer has their ids, as `expand` asks: `latest_charge.balance_transaction`, `data.customer`. Changes `answer`. */
export function expand(answer: unknown, paths: readonly string[], store: Store): void {
  for (const path of paths) follow(answer, path.split('.'), { path, store });
}

function follow(place: unknown, [name, ...rest]: string[], context: { readonly path: string; readonly store: Store }): void {
  if (place === null || name === undefined) return;
  if (Array.isArray(place)) {
    for (const each of place) follow(each, [name, ...rest], context);
    return;
  }
  const holder = place as Plain;
  const value = holder[name];
  if (value === undefined) throw invalid(`This property cannot be expanded (${context.path}).`, { param: 'expand' });
  if (typeof value === 'string') {
    const found = context.store.find(value);
    if (!found) throw invalid(`This property cannot be expanded (${context.path}).`, { param: 'expand' });
    holder[name] = JSON.parse(JSON.stringify(found.value));
  }
  follow(holder[name], rest, context);
}
