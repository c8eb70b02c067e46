import { isFree, type PriceComponent, type PriceTerms } from './price.js';

/** Whether two terms charge every use alike, in whatever order they name their components. */
export function sameTerms(a: PriceTerms, b: PriceTerms): boolean {
  return !isDearer(a, b) && !isDearer(b, a);
}

/**
 * Whether any use could cost more by `next` than by `present`: a unit costs more or is new, the free units are fewer, of another kind or
 * gone, or the currency is another one. What is dearer for some and cheaper for others is dearer.
 */
export function isDearer(next: PriceTerms, present: PriceTerms): boolean {
  if (isFree(next)) return false;
  if (isFree(present) || next.currency !== present.currency) return true;
  return next.components.some((component) => costsMore(component, present)) || hasFewerFree(next, present);
}

function costsMore({ unit, amountNano, per }: PriceComponent, present: PriceTerms): boolean {
  if (amountNano === 0n) return false;
  const before = present.components.find((component) => component.unit === unit);
  return before === undefined || amountNano * before.per > before.amountNano * per;
}

function hasFewerFree({ free }: PriceTerms, present: PriceTerms): boolean {
  if (!present.free) return false;
  return !free || free.unit !== present.free.unit || free.quantity < present.free.quantity;
}
