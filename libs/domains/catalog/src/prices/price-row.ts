import { plainTerms, readTerms, type PlainTerms, type PriceTerms } from '@steelyard/kernel';
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
  return readTerms({ currency, components, free } as PlainTerms);
}

/** The columns of terms. */
export function columnsOf(terms: PriceTerms) {
  return plainTerms(terms) as { currency: string; components: Prisma.InputJsonValue; free?: Prisma.InputJsonValue };
}
