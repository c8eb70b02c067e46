import { divideHalfEven } from '@steelyard/kernel/pricing';
import { rateTerms, UNIT_PARTS, type PriceTerms, type PriceUnit } from '@steelyard/kernel/pricing';
import fc from 'fast-check';
import { DocumentBuilder, sealDocument } from './document-builder.js';
import { DOCUMENT_FORMAT, type DocumentKind, type IssuedDocument } from './document.js';
import type { CallRow, PriceRow } from './rows.js';

const idOf = (kind: number, n: number): string => `0193${kind.toString(16).padStart(4, '0')}-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

/** Units in an order, each once. */
const units = fc.shuffledSubarray(['request', 'input_token', 'output_token', 'compute_second', 'megabyte'] as PriceUnit[], { minLength: 1, maxLength: 3 });

const terms: fc.Arbitrary<PriceTerms> = fc
  .tuple(units, fc.array(fc.tuple(fc.bigInt(0n, 20_000_000_000n), fc.constantFrom(1n, 3n, 1_000n, 1_000_000n)), { minLength: 3, maxLength: 3 }), fc.boolean())
  .map(([chosen, amounts, isFree]) => ({
    currency: 'usd',
    components: chosen.map((unit, index) => ({ unit, amountNano: amounts[index]![0], per: amounts[index]![1] })),
    ...(isFree && { free: { unit: chosen[0]!, quantity: 100n } }),
  }));

interface Call {
  readonly price: number;
  readonly model: number;
  readonly sort: 'charged' | 'failed' | 'free';
  readonly quantities: readonly bigint[];
  readonly tag: string;
}

const calls = fc.array(
  fc.record<Call>({
    price: fc.nat(),
    model: fc.nat(2),
    sort: fc.constantFrom('charged', 'charged', 'charged', 'failed', 'free'),
    quantities: fc.array(fc.bigInt(0n, 5_000_000n), { minLength: 3, maxLength: 3 }),
    tag: fc.oneof(fc.constant(''), fc.string({ maxLength: 6, unit: 'grapheme' })),
  }),
  { maxLength: 12 },
);

export interface MadeDocument {
  readonly document: IssuedDocument;
  /** Every line of its file. */
  readonly lines: readonly string[];
}

/** Documents of every kind with calls of every sort. */
export const madeDocuments: fc.Arbitrary<MadeDocument> = fc
  .record({ kind: fc.constantFrom<DocumentKind>('invoice', 'credit_note', 'statement'), prices: fc.array(terms, { minLength: 1, maxLength: 4 }), calls, basisPoints: fc.nat(2_500), name: fc.string({ unit: 'grapheme', maxLength: 8 }) })
  .map(makeDocument);

function makeDocument({ kind, prices, calls, basisPoints, name }: { kind: DocumentKind; prices: PriceTerms[]; calls: Call[]; basisPoints: number; name: string }): MadeDocument {
  const builder = new DocumentBuilder({ format: DOCUMENT_FORMAT, kind, id: idOf(9, 1), organizationId: idOf(9, 2), period: 202611, currency: 'usd' });
  const rows = prices.map((given, n): PriceRow => ({ id: idOf(1, n), terms: given }));
  const lines = rows.map((row) => builder.price(row));
  calls.forEach((call, n) => lines.push(builder.call(callRow(rows[call.price % rows.length]!, call, { kind, id: idOf(2, n), isLate: n > calls.length / 2 }))));
  const document = sealDocument(
    builder.header,
    {
      number: 'SY-2026-000042', place: 1, issuedAt: '2026-12-02T00:00:00.000Z', previousHash: null, organization: { handle: 'acme', name }, names: {},
      tax: kind === 'statement' ? null : { basisPoints, label: 'VAT', id: 'DE123456789' }, reason: kind === 'credit_note' ? 'the model was wrong' : null, invoice: null,
    },
    builder.result(basisPoints),
  );
  return { document, lines: [JSON.stringify(document, sorted), ...lines] };
}

function callRow({ id: priceId, terms: price }: PriceRow, call: Call, { kind, id, isLate }: { kind: DocumentKind; id: string; isLate: boolean }): CallRow {
  const sort = call.sort === 'free' && !price.free ? 'charged' : call.sort;
  const used = price.components.map(({ unit }, index) => ({ unit, quantity: sort === 'failed' ? 0n : call.quantities[index]! * (UNIT_PARTS[unit] === 1n ? 1n : 7n) }));
  const rated = rateTerms(Object.fromEntries(used.map(({ unit, quantity }) => [unit, quantity])), price);
  const isCharged = sort === 'charged';
  const amountNano = isCharged ? rated.amountNano : 0n;
  return {
    type: kind === 'invoice' || (kind === 'statement' && !isLate) ? 'usage' : 'correction',
    id,
    modelId: idOf(3, call.model),
    versionId: idOf(4, call.model),
    priceId,
    status: sort === 'failed' ? 'failed' : 'succeeded',
    unit: used[0]!.unit,
    quantity: used[0]!.quantity,
    lines: used.length === 1 ? null : rated.lines.map((line) => (isCharged ? line : { ...line, amountNano: 0n })),
    freeQuantity: sort === 'free' ? call.quantities[0]! + 1n : 0n,
    amountNano,
    currency: 'usd',
    ...(kind === 'statement' ? { feeNano: divideHalfEven(amountNano * 15n, 100n) } : { tag: call.tag }),
  };
}

/** Keys in order: another way to canonical JSON than the one that is tested. */
function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
