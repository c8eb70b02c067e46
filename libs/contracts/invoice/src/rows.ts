import { isPriceUnit, type PriceTerms, type RatedLine } from '@steelyard/kernel/pricing';

/** A price that rows of the file were charged by. */
export interface PriceRow {
  readonly id: string;
  readonly terms: PriceTerms;
}

/** One call. In the files of providers there is a fee and no tag: they do not learn who called. */
export interface CallRow {
  /** `usage`: charged. `correction`: the same call taken back. */
  readonly type: 'usage' | 'correction';
  readonly id: string;
  readonly modelId: string;
  readonly versionId: string;
  readonly priceId: string;
  readonly status: 'succeeded' | 'failed';
  /** Of the price's first component, in parts of the unit. */
  readonly unit: string;
  readonly quantity: bigint;
  /** Every component, where the price has several. */
  readonly lines: readonly RatedLine[] | null;
  /** Parts of the price's free unit; above 0 the call cost nothing. */
  readonly freeQuantity: bigint;
  readonly amountNano: bigint;
  readonly currency: string;
  readonly tag?: string | undefined;
  readonly feeNano?: bigint | undefined;
}

/** The line of a price. Its keys are in order, so that this is canonical JSON; so are those of a call. */
export function priceLine({ id, terms: { currency, components, free } }: PriceRow): string {
  return JSON.stringify({
    components: components.map(({ unit, amountNano, per }) => ({ amountNano: amountNano.toString(), per: per.toString(), unit })),
    currency,
    free: free ? { quantity: free.quantity.toString(), unit: free.unit } : null,
    id,
    type: 'price',
  });
}

export function callLine(row: CallRow): string {
  return JSON.stringify({
    amountNano: row.amountNano.toString(),
    currency: row.currency,
    feeNano: row.feeNano?.toString(),
    freeQuantity: row.freeQuantity.toString(),
    id: row.id,
    lines: row.lines?.map(({ unit, quantity, amountNano }) => [unit, quantity.toString(), amountNano.toString()]) ?? null,
    modelId: row.modelId,
    priceId: row.priceId,
    quantity: row.quantity.toString(),
    status: row.status,
    tag: row.tag,
    type: row.type,
    unit: row.unit,
    versionId: row.versionId,
  });
}

type Json = Readonly<Record<string, unknown>>;

/** What {@link priceLine} wrote. @throws TypeError for anything else */
export function readPrice(value: Json): PriceRow {
  const components = value['components'] as readonly Json[];
  const free = value['free'] as Json | null;
  return {
    id: textOf(value, 'id'),
    terms: {
      currency: textOf(value, 'currency'),
      components: components.map((component) => ({ unit: unitOf(component), amountNano: wholeOf(component, 'amountNano'), per: positiveOf(component, 'per') })),
      ...(free && { free: { unit: unitOf(free), quantity: wholeOf(free, 'quantity') } }),
    },
  };
}

/** What {@link callLine} wrote. @throws TypeError for anything else */
export function readCall(value: Json): CallRow {
  const { type, status } = value;
  if (type !== 'usage' && type !== 'correction') throw new TypeError('its type is none');
  if (status !== 'succeeded' && status !== 'failed') throw new TypeError('its status is none');
  const lines = value['lines'] as readonly (readonly unknown[])[] | null;
  return {
    type,
    id: textOf(value, 'id'),
    modelId: textOf(value, 'modelId'),
    versionId: textOf(value, 'versionId'),
    priceId: textOf(value, 'priceId'),
    status,
    unit: textOf(value, 'unit'),
    quantity: wholeOf(value, 'quantity'),
    lines: lines && lines.map(([unit, quantity, amountNano]) => ({ unit: unitOf({ unit }), quantity: wholeOf({ quantity }, 'quantity'), amountNano: wholeOf({ amountNano }, 'amountNano') })),
    freeQuantity: wholeOf(value, 'freeQuantity'),
    amountNano: wholeOf(value, 'amountNano'),
    currency: textOf(value, 'currency'),
    tag: value['tag'] === undefined ? undefined : textOf(value, 'tag'),
    feeNano: value['feeNano'] === undefined ? undefined : wholeOf(value, 'feeNano'),
  };
}

function textOf(value: Json, name: string): string {
  const text = value[name];
  if (typeof text !== 'string') throw new TypeError(`its ${name} is no text`);
  return text;
}

function wholeOf(value: Json, name: string): bigint {
  const text = value[name];
  if (typeof text !== 'string' || !/^(0|[1-9]\d*)$/.test(text)) throw new TypeError(`its ${name} is no whole number`);
  return BigInt(text);
}

function positiveOf(value: Json, name: string): bigint {
  const number = wholeOf(value, name);
  if (number === 0n) throw new TypeError(`its ${name} is 0`);
  return number;
}

function unitOf(value: Json) {
  const unit = textOf(value, 'unit');
  if (!isPriceUnit(unit)) throw new TypeError(`nothing is charged by "${unit}"`);
  return unit;
}
