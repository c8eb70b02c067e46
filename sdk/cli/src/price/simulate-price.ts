import { formatNano, type PlainTerms } from '@steelyard/kernel';
import { InvalidArgumentError } from 'commander';
import type { CommandContext } from '../command-context.js';
import { cliErrors } from '../errors.js';
import { ownRef } from '../own-ref.js';
import { formatTable } from '../terminal/table.js';
import { componentsOf, type PriceFlags } from './price-flags.js';
import { priceText } from './price-text.js';

export interface SimulateFlags extends PriceFlags {
  readonly currency?: string;
  readonly like?: string;
  readonly from?: string;
  readonly to?: string;
  readonly side: string;
}

interface Amount {
  readonly currency: string;
  readonly amountNano: string;
}

interface Outcome {
  readonly calls: number;
  readonly paid: readonly Amount[];
  readonly wouldPayNano: string;
  readonly differenceNano: string | null;
}

interface Simulation extends Outcome {
  readonly from: string;
  readonly to: string;
  readonly terms: PlainTerms;
  readonly freeCalls: number;
  readonly isCallByCall: boolean;
  readonly uncountedCalls: number;
  readonly uncountedPaid: readonly Amount[];
  readonly uncounted: readonly { readonly ref: string | null; readonly versionId: string; readonly unit: string; readonly calls: number }[];
  readonly days: readonly (Outcome & { readonly start: string })[];
  readonly months: readonly (Outcome & { readonly start: string })[];
}

const STRETCH = 'start calls paid { currency amountNano } wouldPayNano differenceNano';
const DOCUMENT = `query SimulatePrice($input: SimulatePriceInput!) {
  simulatePrice(input: $input) {
    from to calls paid { currency amountNano } wouldPayNano differenceNano freeCalls isCallByCall
    terms { currency components { unit amountNano per } free { unit quantity } }
    uncountedCalls uncountedPaid { currency amountNano } uncounted { ref versionId unit calls }
    days { ${STRETCH} } months { ${STRETCH} }
  }
}`;

/** Up to so many days, each of them is shown; of more, each month. */
const DAYS_SHOWN_MAX = 31;

export async function simulatePrice(context: CommandContext, ref: string | undefined, flags: SimulateFlags): Promise<void> {
  const { client } = await context.connect();
  const model = ref === undefined ? undefined : await ownRef(client, ref);
  const input = { side: flags.side.toUpperCase(), model, from: flags.from, to: flags.to, ...termsOf(flags) };
  const { simulatePrice: simulation } = await client.graphql<{ simulatePrice: Simulation }>(DOCUMENT, { input });
  context.result(simulation, () => describe(simulation, flags.side));
}

/** @throws InvalidArgumentError */
export function side(text: string): string {
  if (text !== 'consumer' && text !== 'provider') throw new InvalidArgumentError('must be consumer or provider.');
  return text;
}

/** @throws AppError `CLI.ARGUMENT_INVALID` */
function termsOf({ like, ...flags }: SimulateFlags) {
  if (like === undefined) return { components: componentsOf(flags), currency: flags.currency, free: flags.free };
  if (flags.unit !== undefined || flags.amount !== undefined || flags.component.length > 0 || flags.free || flags.freeOfCharge) {
    throw cliErrors.ARGUMENT_INVALID({ argument: '--like', problem: 'takes the price of another model, so it goes with no other price' });
  }
  return { like };
}

function describe(simulation: Simulation, side: string): string {
  const { from, to, terms, calls, freeCalls, isCallByCall } = simulation;
  const { currency } = terms;
  const stretches = simulation.days.length > DAYS_SHOWN_MAX ? simulation.months.map((month) => ({ ...month, start: month.start.slice(0, 7) })) : simulation.days.map((day) => ({ ...day, start: day.start.slice(0, 10) }));
  const rows = stretches.map((one) => [one.start, String(one.calls), amountsText(one.paid), `${formatNano(BigInt(one.wouldPayNano))} ${currency}`, difference(one, currency)]);
  const verb = side === 'provider' ? 'consumers' : 'you';
  return [
    `${calls} calls from ${from} to ${to}, by ${priceText(terms)}:`,
    `${verb} paid ${amountsText(simulation.paid)}, would have paid ${formatNano(BigInt(simulation.wouldPayNano))} ${currency}; difference ${difference(simulation, currency)}`,
    ...(terms.free ? [`${freeCalls} of the calls would have been free`] : []),
    ...(isCallByCall ? [] : ['these are more calls than are looked at one by one, so daily sums were rated: each amount may be off by less than a nano a call, and free units by part of a day']),
    ...uncountedText(simulation),
    ...(rows.length === 0 ? [] : ['', formatTable(['from', 'calls', 'paid', 'would have paid', 'difference'], rows)]),
  ].join('\n');
}

function uncountedText({ uncounted, uncountedCalls, uncountedPaid }: Simulation): string[] {
  if (uncountedCalls === 0) return [];
  return [
    '',
    `cannot be simulated: ${uncountedCalls} calls, for which ${amountsText(uncountedPaid)} was paid; they are in no sum above`,
    ...uncounted.map(({ ref, versionId, unit, calls }) => `  ${calls} calls of ${ref ?? versionId} have not counted ${unit}`),
  ];
}

function amountsText(amounts: readonly Amount[]): string {
  return amounts.length === 0 ? 'nothing' : amounts.map(({ amountNano, currency }) => `${formatNano(BigInt(amountNano))} ${currency}`).join(' + ');
}

function difference({ differenceNano }: Outcome, currency: string): string {
  if (differenceNano === null) return 'unknown: other currencies were paid';
  return `${BigInt(differenceNano) > 0n ? '+' : ''}${formatNano(BigInt(differenceNano))} ${currency}`;
}
