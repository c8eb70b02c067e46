import { isPriceUnit, UNIT_PARTS } from '@steelyard/kernel/pricing';
import type { ReceiptCharge } from './receipt.js';

/** What was used of a line's unit, for people: seconds, not microseconds. Of a unit that this does not know, its parts. */
export function wholeUnits({ unit, quantity }: Pick<ReceiptCharge['lines'][number], 'unit' | 'quantity'>): number {
  return Number(quantity) / (isPriceUnit(unit) ? Number(UNIT_PARTS[unit]) : 1);
}
