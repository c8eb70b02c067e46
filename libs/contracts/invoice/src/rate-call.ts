import { rateTerms, type PriceTerms, type RatedLine } from '@steelyard/kernel/pricing';
import type { CallRow } from './rows.js';

/** A charge, component by component. */
export function linesOf({ lines, unit, quantity, amountNano }: CallRow): readonly Readonly<{ unit: string; quantity: bigint; amountNano: bigint }>[] {
  return lines ?? [{ unit, quantity, amountNano }];
}

/** Why a call does not cost what it says by its price; `undefined` when it does. */
export function callProblem(row: CallRow, terms: PriceTerms): string | undefined {
  const { status, freeQuantity, amountNano, currency, feeNano = 0n } = row;
  if (currency !== terms.currency) return `it is in ${currency} and its price in ${terms.currency}`;
  if (feeNano > amountNano) return `its fee is ${feeNano}, more than its amount ${amountNano}`;
  const lines = linesOf(row);
  if (lines[0]?.unit !== row.unit || lines[0].quantity !== row.quantity) return 'its unit and quantity are not those of its first line';
  if (status === 'failed') return freeQuantity === 0n && costsNothing(row) && row.quantity === 0n ? undefined : 'it failed and is charged or counted all the same';
  if (freeQuantity > 0n && terms.free === undefined) return 'it is free by a price that has no free units';
  const units = terms.components.map(({ unit }) => unit).join(', ');
  if (lines.map(({ unit }) => unit).join(', ') !== units) return `its price is by ${units}, and it is counted otherwise`;
  if (freeQuantity > 0n) return costsNothing(row) ? undefined : `it is free and costs ${amountNano}`;
  return rateProblem(row, lines as readonly RatedLine[], terms);
}

function rateProblem({ amountNano }: CallRow, lines: readonly RatedLine[], terms: PriceTerms): string | undefined {
  const rated = rateTerms(Object.fromEntries(lines.map(({ unit, quantity }) => [unit, quantity])), terms);
  const wrong = rated.lines.find((line, index) => line.amountNano !== lines[index]!.amountNano);
  if (wrong) return `its ${wrong.unit} costs ${wrong.amountNano} by its price, and it says otherwise`;
  return rated.amountNano === amountNano ? undefined : `its amount is ${amountNano}, and by its price ${rated.amountNano}`;
}

function costsNothing(row: CallRow): boolean {
  return row.amountNano === 0n && linesOf(row).every(({ amountNano }) => amountNano === 0n);
}
