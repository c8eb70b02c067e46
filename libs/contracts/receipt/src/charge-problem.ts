import { isPriceUnit, rateTerms, readTerms, type Quantities } from '@steelyard/kernel/pricing';
import type { Receipt } from './receipt.js';

/** What of a receipt's charge does not follow from its quantities and its price; undefined when all does. */
export function chargeProblem({ price, charge }: Pick<Receipt, 'price' | 'charge'>): string | undefined {
  if (charge.currency !== price.currency) return `it is charged in ${charge.currency}, its price is in ${price.currency}`;
  const unknown = [...price.components, ...charge.lines, ...(price.free ? [price.free] : [])].find(({ unit }) => !isPriceUnit(unit));
  if (unknown) return `"${unknown.unit}" is no unit that this can rate`;
  const units = price.components.map(({ unit }) => unit);
  if (new Set(units).size !== units.length || charge.lines.length !== units.length || charge.lines.some(({ unit }, index) => unit !== units[index])) {
    return 'its lines are not those of the components of its price';
  }
  return BigInt(charge.freeQuantity) > 0n ? freeProblem({ price, charge }) : ratingProblem({ price, charge });
}

function freeProblem({ price, charge }: Pick<Receipt, 'price' | 'charge'>): string | undefined {
  if (price.free === null) return 'it took free units of a price that has none';
  return [charge, ...charge.lines].every(({ amountNano }) => amountNano === '0') ? undefined : 'it took free units and is charged all the same';
}

function ratingProblem({ price, charge }: Pick<Receipt, 'price' | 'charge'>): string | undefined {
  const quantities: Quantities = Object.fromEntries(charge.lines.map(({ unit, quantity }) => [unit, BigInt(quantity)]));
  const rated = rateTerms(quantities, readTerms(price));
  const wrong = rated.lines.findIndex(({ amountNano }, index) => amountNano !== BigInt(charge.lines[index]!.amountNano));
  if (wrong !== -1) {
    const { unit, quantity, amountNano } = charge.lines[wrong]!;
    return `${quantity} parts of ${unit} cost ${rated.lines[wrong]!.amountNano} nano by its price, not ${amountNano}`;
  }
  return rated.amountNano === BigInt(charge.amountNano) ? undefined : `its lines add up to ${rated.amountNano} nano, not ${charge.amountNano}`;
}
