import { divideHalfEven, type Nano } from './money.js';

/**
 * What a call can be charged by, and how many parts of it are one. Quantities are always counted in parts, so that they are whole:
 * microseconds of a second, bytes of a megabyte.
 */
export const UNIT_PARTS = {
  request: 1n,
  input_token: 1n,
  output_token: 1n,
  /** Of one call's run, without its wait in the queue. */
  compute_second: 1_000_000n,
  /** Of the sound that is given. */
  audio_second: 1_000_000n,
  image: 1n,
  /** Unicode code points of the text that is given. */
  character: 1n,
  /** 1,000,000 bytes of input, as the engine gets it. */
  megabyte: 1_000_000n,
  embedding: 1n,
} as const;

export type PriceUnit = keyof typeof UNIT_PARTS;

export const PRICE_UNITS = Object.keys(UNIT_PARTS) as readonly PriceUnit[];

export function isPriceUnit(text: string): text is PriceUnit {
  return Object.hasOwn(UNIT_PARTS, text);
}

/** `amountNano` for every `per` whole units: 150,000,000 nano per 1,000,000 input tokens. */
export interface PriceComponent {
  readonly unit: PriceUnit;
  readonly amountNano: Nano;
  readonly per: bigint;
}

/** So many units of a model are free for each consumer and calendar month (UTC). A call that fits into what is left of them costs nothing, whole; one that does not is paid whole. */
export interface FreeTier {
  readonly unit: PriceUnit;
  /** Whole units. */
  readonly quantity: bigint;
}

/** What a version costs: at least one component, each of another unit. A free one has one component of amount 0. */
export interface PriceTerms {
  readonly currency: string;
  readonly components: readonly PriceComponent[];
  readonly free?: FreeTier | undefined;
}

/** What was used of each unit, in its parts. A unit that is missing was not used. */
export type Quantities = Readonly<Partial<Record<PriceUnit, bigint>>>;

/** One component's part of a charge. */
export interface RatedLine {
  readonly unit: PriceUnit;
  /** In parts of the unit. */
  readonly quantity: bigint;
  readonly amountNano: Nano;
}

/** What `quantity` parts of a component's unit cost: half-even(quantity x amount / (per x parts)). */
export function rateComponent(quantity: bigint, { unit, amountNano, per }: PriceComponent): Nano {
  return divideHalfEven(quantity * amountNano, per * UNIT_PARTS[unit]);
}

/** A charge, component by component, in the order of the terms; its amount is their sum. The free tier is not looked at. */
export function rateTerms(quantities: Quantities, { components }: PriceTerms): { readonly amountNano: Nano; readonly lines: readonly RatedLine[] } {
  const lines = components.map((component) => {
    const quantity = quantities[component.unit] ?? 0n;
    return { unit: component.unit, quantity, amountNano: rateComponent(quantity, component) };
  });
  return { amountNano: lines.reduce((sum, line) => sum + line.amountNano, 0n), lines };
}

/** Whether nothing can ever cost anything. */
export function isFree({ components }: PriceTerms): boolean {
  return components.every(({ amountNano }) => amountNano === 0n);
}

/** What can never cost anything is counted in the given currency, ISO 4217 in lower case, so that its calls are beside those that are paid. */
export function countedIn(terms: PriceTerms, currency: string): PriceTerms {
  return isFree(terms) ? { ...terms, currency } : terms;
}
