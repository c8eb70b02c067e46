import type { PriceTerms, PriceUnit, Quantities } from '@steelyard/kernel';
import type { Bounds, CallFacts, RunFacts } from './measure.js';
import { MEASURES } from './measures.js';

/** The most that a counter of the database holds. */
const PARTS_MAX = 2n ** 63n - 1n;

/** What a call may use of each unit that its price looks at, the free one among them. */
export type UnitBounds = Readonly<Partial<Record<PriceUnit, Bounds>>>;

/** @throws INFERENCE.INPUT_INVALID */
export function measureBefore({ components, free }: PriceTerms, call: CallFacts): UnitBounds {
  const bounds: Partial<Record<PriceUnit, Bounds>> = {};
  for (const { unit } of components) bounds[unit] = MEASURES[unit].before(call);
  if (free) bounds[free.unit] ??= MEASURES[free.unit].before(call);
  return bounds;
}

/** Every call uses this of prices by the request, and nothing else. */
const ONE_REQUEST: Quantities = { request: 1n };

/** The worst case. A price by the request alone costs no look at the call. @throws INFERENCE.INPUT_INVALID */
export function mostOf(terms: PriceTerms, call: CallFacts): Quantities {
  const isByRequest = terms.components.length === 1 && terms.components[0]!.unit === 'request' && (!terms.free || terms.free.unit === 'request');
  return isByRequest ? ONE_REQUEST : mapUnits(measureBefore(terms, call), ({ most }) => (most > PARTS_MAX ? PARTS_MAX : most));
}

/** What was really used: never more than the `limit` of each unit, which is what the caller was told and what is held. */
export function measureAfter(limit: Quantities, run: RunFacts): Quantities {
  return mapUnits(limit, (most, unit) => {
    const used = MEASURES[unit].after?.(run) ?? most;
    return used < most ? used : most;
  });
}

/** As much of a worst case as is held at first for a call that is followed. */
export function firstSlice(most: Quantities): Quantities {
  return mapUnits(most, (parts, unit) => {
    const { slice } = MEASURES[unit];
    return slice !== undefined && slice < parts ? slice : parts;
  });
}

/** Whether a run uses more of a unit the longer it goes on. */
export function grows(quantities: Quantities): boolean {
  return Object.keys(quantities).some((unit) => MEASURES[unit as PriceUnit].slice !== undefined);
}

export function mapUnits<T, U>(given: Readonly<Partial<Record<PriceUnit, T>>>, map: (value: T, unit: PriceUnit) => U): Partial<Record<PriceUnit, U>> {
  const mapped: Partial<Record<PriceUnit, U>> = {};
  for (const unit in given) mapped[unit as PriceUnit] = map(given[unit as PriceUnit]!, unit as PriceUnit);
  return mapped;
}
