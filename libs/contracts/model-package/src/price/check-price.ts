import { isPriceUnit, parseNano, PRICE_UNITS, rateTerms, UNIT_PARTS, type PriceTerms, type PriceUnit } from '@steelyard/kernel/pricing';
import { isTask, tasks } from '@steelyard/tasks';
import { formatPath, type LocatedProblem, type PathSegment, type Problem } from '../problem.js';
import type { ComponentSpec, FreeSpec, PriceSpec } from './price-spec.js';
import { componentsOf, termsOf } from './price-terms.js';

const DECIMAL = /^(-?)\d+(\.\d+)?$/;
const AMOUNT = /^\d{1,9}(\.\d{1,9})?$/;
/** Of `per` and of free units. */
const COUNT_MAX = 1_000_000_000;
const CHARGE_MAX = 2n ** 63n - 1n;

/** More of each unit than one call can use, whatever bodies and deadlines an operator allows: what this many cost must still be counted. */
const CALL_UNITS_MAX: Readonly<Record<PriceUnit, bigint>> = {
  request: 1n,
  input_token: 100_000_000n,
  output_token: 100_000_000n,
  compute_second: 1_000_000n,
  audio_second: 1_000_000n,
  image: 1_000_000n,
  character: 1_000_000_000n,
  megabyte: 1_000_000n,
  embedding: 1_000_000n,
};

const LARGEST_CALL = Object.fromEntries(PRICE_UNITS.map((unit) => [unit, CALL_UNITS_MAX[unit] * UNIT_PARTS[unit]]));

/** Made when the first price is checked: it takes a while. */
let currencies: ReadonlySet<string> | undefined;

/** The terms of a price for models of a task, or every problem that it has. */
export function readPrice(price: PriceSpec, task: string): { readonly terms: PriceTerms } | { readonly problems: readonly Problem[] } {
  const problems = checkPrice(price, task);
  if (problems.length === 0) return { terms: termsOf(price) };
  return { problems: problems.map(({ segments, message }) => ({ path: formatPath(segments), message })) };
}

/** Every problem of a price whose shape is right, for models of a task. */
export function checkPrice(price: PriceSpec, task: string): LocatedProblem[] {
  if (price === 'free') return [];
  const { currency, components, free } = componentsOf(price);
  const single = !('components' in price);
  const placeOf = (index: number): PathSegment[] => (single ? [] : ['components', index]);
  const problems = [
    ...at(['currency'], currencyProblem(currency)),
    ...components.flatMap((component, index) => checkComponent(component, { place: placeOf(index), before: components.slice(0, index), task })),
    ...(free ? checkFree(free, components) : []),
  ];
  if (components.length === 0) problems.push({ segments: ['components'], message: 'must name at least one unit' });
  if (problems.length === 0 && rateTerms(LARGEST_CALL, termsOf(price)).amountNano > CHARGE_MAX) {
    problems.push({ segments: single ? ['amount'] : ['components'], message: 'is too much: the largest call would cost more than can be counted' });
  }
  return problems;
}

interface Place {
  readonly place: readonly PathSegment[];
  readonly before: readonly ComponentSpec[];
  readonly task: string;
}

function checkComponent({ unit, amount, per = 1 }: ComponentSpec, { place, before, task }: Place): LocatedProblem[] {
  const isTwice = before.some((other) => other.unit === unit);
  return [
    ...at([...place, 'unit'], isTwice ? `${unit} is named twice` : unitProblem(unit, task)),
    ...at([...place, 'amount'], amountProblem(amount)),
    ...at([...place, 'per'], countProblem(per)),
  ];
}

function checkFree({ unit, quantity }: FreeSpec, components: readonly ComponentSpec[]): LocatedProblem[] {
  const units = ['request', ...components.map((component) => component.unit)];
  const problem = units.includes(unit) ? undefined : `must be request or a unit that the price is by: ${[...new Set(units)].join(', ')}`;
  return [...at(['free', 'unit'], problem), ...at(['free', 'quantity'], countProblem(quantity))];
}

function at(segments: readonly PathSegment[], message: string | undefined): LocatedProblem[] {
  return message === undefined ? [] : [{ segments, message }];
}

function unitProblem(unit: string, task: string): string | undefined {
  const units = isTask(task) ? tasks[task].units : PRICE_UNITS;
  if (isPriceUnit(unit) && units.includes(unit)) return undefined;
  return `${JSON.stringify(unit)} cannot be counted of a call${isTask(task) ? ` of the task ${task}` : ''}: use ${units.join(', ')}`;
}

function currencyProblem(currency: string): string | undefined {
  currencies ??= new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()));
  if (currencies.has(currency)) return undefined;
  return currencies.has(currency.toLowerCase()) ? `must be in lower case: ${currency.toLowerCase()}` : `${JSON.stringify(currency)} is no currency of ISO 4217, e.g. usd`;
}

function amountProblem(amount: string): string | undefined {
  const decimal = DECIMAL.exec(amount);
  if (!decimal) return 'must be a decimal number as text, e.g. "0.0002"';
  if (decimal[1]) return 'must not be negative: nobody is paid for a call';
  if (!AMOUNT.test(amount)) return 'may have nine digits before the point and nine after it';
  return parseNano(amount) === 0n ? 'must be more than 0: leave out a unit that costs nothing; where nothing does, the whole price is `free`' : undefined;
}

function countProblem(count: number): string | undefined {
  return Number.isInteger(count) && count >= 1 && count <= COUNT_MAX ? undefined : `must be a whole number from 1 to ${COUNT_MAX}`;
}
