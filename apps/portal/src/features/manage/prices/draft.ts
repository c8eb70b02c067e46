import { SteelyardError } from '@steelyard/client';
import { isFree, readTerms } from '@steelyard/kernel/pricing';
import { readPrice } from '@steelyard/model-package/price';
import type { DatedPriceFragment } from '../../../generated/documents';
import type { ShownPrice } from '../../catalog/price-text';

/** A component as it stands in a form. */
export interface ComponentDraft {
  /** Tells rows apart while they are edited. */
  readonly key: number;
  readonly unit: string;
  readonly amount: string;
  readonly per: string;
}

/** Terms as they stand in a form. */
export interface TermsDraft {
  readonly isFree: boolean;
  readonly currency: string;
  readonly components: readonly ComponentDraft[];
  readonly hasFreeUnits: boolean;
  readonly freeUnit: string;
  readonly freeQuantity: string;
}

const REQUEST = 'request';
let keys = 0;

export function newComponent(unit: string): ComponentDraft {
  return { key: (keys += 1), unit, amount: '', per: '1' };
}

/** A price as it is, to be changed. */
export function draftOf(price: DatedPriceFragment): TermsDraft {
  const free = isFree(readTerms(price));
  const components = free ? [newComponent(REQUEST)] : price.components.map(({ unit, amount, per }) => ({ ...newComponent(unit), amount, per: String(per) }));
  return { isFree: free, currency: price.currency, components, hasFreeUnits: price.free !== null, freeUnit: price.free?.unit ?? REQUEST, freeQuantity: String(price.free?.quantity ?? 100) };
}

/** Terms as the schema takes them. */
export interface TermsInput {
  readonly currency?: string;
  readonly components: { readonly unit: string; readonly amount: string; readonly per: number }[];
  readonly free?: { readonly unit: string; readonly quantity: number };
}

/** The terms of a mutation or a simulation. What is wrong with them is the server's to say. */
export function termsInput({ isFree: nothing, currency, components, hasFreeUnits, freeUnit, freeQuantity }: TermsDraft): TermsInput {
  if (nothing) return { components: [] };
  return {
    currency: currency.trim().toLowerCase(),
    components: components.map(({ unit, amount, per }) => ({ unit, amount: amount.trim(), per: wholeOf(per) })),
    ...(hasFreeUnits && { free: { unit: freeUnit, quantity: wholeOf(freeQuantity) } }),
  };
}

/** The same terms once more, as those of a price. */
export function termsOfPrice(price: DatedPriceFragment): TermsInput {
  return termsInput(draftOf(price));
}

/** Beyond 32 bits the schema would refuse the whole operation and name no field; 0 is refused at its own. */
function wholeOf(text: string): number {
  const whole = /^\s*\d{1,10}\s*$/.test(text) ? Number(text) : 0;
  return whole < 2 ** 31 ? whole : 0;
}

/** What a draft says, once it says something that can be a price. */
export function shownPrice(draft: TermsDraft, task: string): ShownPrice | undefined {
  const { components, currency = draft.currency, free } = termsInput(draft);
  const read = readPrice(components.length === 0 ? 'free' : { currency, components, free }, task);
  if ('problems' in read) return undefined;
  const { terms } = read;
  return {
    currency: terms.currency,
    components: terms.components.map(({ unit, amountNano, per }) => ({ unit, amountNano: String(amountNano), per: Number(per) })),
    free: terms.free ? { unit: terms.free.unit, quantity: Number(terms.free.quantity) } : null,
  };
}

/** Which field an error is about. */
export type PriceField = 'currency' | 'free.unit' | 'free.quantity' | 'effectiveAt' | 'reason' | `components[${number}].${'unit' | 'amount' | 'per'}`;

const FIELDS: Readonly<Record<string, PriceField>> = {
  'CATALOG.PRICE_TIME_INVALID': 'effectiveAt',
  'CATALOG.PRICE_NOTICE_TOO_SHORT': 'effectiveAt',
  'CATALOG.REASON_INVALID': 'reason',
};

/** What to write at each field: what the server said of it. */
export function problemsOf(error: unknown): Readonly<Partial<Record<string, string>>> {
  if (!(error instanceof SteelyardError)) return {};
  const field = FIELDS[error.code];
  if (field) return { [field]: [error.message, error.fix].filter(Boolean).join('. ') };
  if (error.code !== 'CATALOG.PRICE_INVALID') return {};
  const { problems = [] } = (error.details ?? {}) as { problems?: readonly { path: string; message: string }[] };
  return Object.fromEntries(problems.map(({ path, message }) => [path, message]));
}
