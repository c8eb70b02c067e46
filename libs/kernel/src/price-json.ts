import { isPriceUnit, type PriceTerms, type PriceUnit } from './price.js';

/** Terms as JSON holds them, in rows of the database and in answers of the API: amounts are text of digits. */
export interface PlainTerms {
  readonly currency: string;
  readonly components: readonly { readonly unit: string; readonly amountNano: string; readonly per: string | number }[];
  readonly free?: { readonly unit: string; readonly quantity: string | number } | null | undefined;
}

export function plainTerms({ currency, components, free }: PriceTerms): PlainTerms {
  return {
    currency,
    components: components.map(({ unit, amountNano, per }) => ({ unit, amountNano: amountNano.toString(), per: per.toString() })),
    ...(free && { free: { unit: free.unit, quantity: free.quantity.toString() } }),
  };
}

/** What {@link plainTerms} made. @throws TypeError for a unit that nobody knows, SyntaxError for a number that is none. */
export function readTerms({ currency, components, free }: PlainTerms): PriceTerms {
  return {
    currency,
    components: components.map(({ unit, amountNano, per }) => ({ unit: knownUnit(unit), amountNano: BigInt(amountNano), per: BigInt(per) })),
    free: free ? { unit: knownUnit(free.unit), quantity: BigInt(free.quantity) } : undefined,
  };
}

function knownUnit(unit: string): PriceUnit {
  if (!isPriceUnit(unit)) throw new TypeError(`nothing is charged by "${unit}"`);
  return unit;
}
