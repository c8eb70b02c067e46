import { isPriceUnit, type FreeTier, type PriceComponent, type PriceTerms } from '@steelyard/kernel';
import type { Prisma } from '@steelyard/platform-database';

/** The columns of a price that say what it is. */
export interface PriceRow {
  readonly id: string;
  readonly currency: string;
  readonly components: unknown;
  readonly free: unknown;
}

/** The terms of a price as its row has them. */
export function termsOf({ currency, components, free }: Omit<PriceRow, 'id'>): PriceTerms {
  return {
    currency,
    components: (components as { unit: string; amountNano: string; per: string }[]).map(
      (row): PriceComponent => ({ unit: unitOf(row.unit), amountNano: BigInt(row.amountNano), per: BigInt(row.per) }),
    ),
    free: free === null ? undefined : freeOf(free as { unit: string; quantity: string }),
  };
}

/** The columns of terms. */
export function columnsOf({ currency, components, free }: PriceTerms) {
  return {
    currency,
    components: components.map(({ unit, amountNano, per }) => ({ unit, amountNano: amountNano.toString(), per: per.toString() })) satisfies Prisma.InputJsonValue,
    ...(free && { free: { unit: free.unit, quantity: free.quantity.toString() } }),
  };
}

function freeOf(row: { unit: string; quantity: string }): FreeTier {
  return { unit: unitOf(row.unit), quantity: BigInt(row.quantity) };
}

function unitOf(unit: string) {
  if (!isPriceUnit(unit)) throw new TypeError(`the database has a price by "${unit}"`);
  return unit;
}
