import { formatNano, isFree, parseNano, type PriceTerms, type PriceUnit } from '@steelyard/kernel/pricing';
import type { ComponentsSpec, PriceSpec } from './price-spec.js';

/** What costs nothing is counted in this currency: nothing of it is ever moved. */
const CURRENCY_OF_FREE = 'usd';

/** A price with all its components, none of them when it is free. */
export function componentsOf(price: PriceSpec): ComponentsSpec {
  if (price === 'free') return { currency: CURRENCY_OF_FREE, components: [] };
  if ('components' in price) return price;
  const { currency, free, ...component } = price;
  return { currency, components: [component], free };
}

/** The terms of a price in which `checkPrice` found nothing. */
export function termsOf(price: PriceSpec): PriceTerms {
  const { currency, components, free } = componentsOf(price);
  if (components.length === 0) return { currency, components: [{ unit: 'request', amountNano: 0n, per: 1n }] };
  return {
    currency,
    components: components.map(({ unit, amount, per = 1 }) => ({ unit: unit as PriceUnit, amountNano: parseNano(amount), per: BigInt(per) })),
    free: free && { unit: free.unit as PriceUnit, quantity: BigInt(free.quantity) },
  };
}

/** Terms as people write them, in the longest form. */
export function priceOf(terms: PriceTerms): PriceSpec {
  if (isFree(terms)) return 'free';
  const { currency, components, free } = terms;
  return {
    currency,
    components: components.map(({ unit, amountNano, per }) => ({ unit, amount: formatNano(amountNano), per: Number(per) })),
    ...(free && { free: { unit: free.unit, quantity: Number(free.quantity) } }),
  };
}
