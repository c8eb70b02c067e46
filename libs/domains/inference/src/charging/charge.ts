import { rateTerms, type PriceTerms, type Quantities, type RatedLine } from '@steelyard/kernel';

/** What a call costs. */
export interface Charge {
  /** Component by component, in the order of the price. */
  readonly lines: readonly RatedLine[];
  /** Their sum. */
  readonly amountNano: bigint;
  /** Set where the call was taken from the free units: so many parts of them, at least one, which is held too. Then nothing is charged. */
  readonly freeQuantity?: bigint | undefined;
}

export function chargeFor(terms: PriceTerms, used: Quantities, isFree: boolean): Charge {
  const charge = rateTerms(used, terms);
  if (!isFree) return charge;
  return { lines: charge.lines.map((line) => ({ ...line, amountNano: 0n })), amountNano: 0n, freeQuantity: used[terms.free!.unit] || 1n };
}
