import { ID_BYTES, readId, writeId, type PersonalCounts, type RatedLine } from '@steelyard/kernel';
import { problemOf, type DoneRecord, type IntentRecord } from './record.js';

/*
 * Records as the log has them: arrays, told apart by their second element, with values by their place and ids as bytes. A third of what they take
 * with the names of their fields and ids as texts, and a call waits for two of them.
 */

export type LoggedRecord = { readonly kind: 'intent'; readonly record: IntentRecord } | { readonly kind: 'done'; readonly record: DoneRecord };

/** To be raised whenever places or their meaning change: a log of another version is refused. */
const VERSION = 3;
const INTENT = 0;
const DONE = 1;

type IntentPlaces = readonly [ids: Uint8Array, startedAtMs: number];

type DonePlaces = readonly [
  ids: Uint8Array, keyId: string, isFailed: boolean, errorCode: string | null, unit: string, quantity: Whole, amountNano: Whole, feeNano: Whole, currency: string,
  lines: readonly (readonly [unit: RatedLine['unit'], quantity: Whole, amountNano: Whole])[] | null, freeQuantity: Whole | null, tag: string | null,
  inputHash: Uint8Array | null, outputHash: Uint8Array | null, build: string | null, masked: PersonalCounts | null,
  queueMicros: number, computeMicros: number, totalMicros: number, occurredAtMs: number,
];

/** A bigint, which is read back as a number where it is small. */
type Whole = bigint | number;

/** @param record with ids that are ids; see `checkIntent` */
export function intentPayload({ eventId, consumerTenantId, modelId, versionId, startedAtMs }: IntentRecord): unknown[] {
  return [VERSION, INTENT, ...([packIds(eventId, consumerTenantId, modelId, versionId), startedAtMs] satisfies IntentPlaces)];
}

/** @param record as `checkDone` gives it */
export function donePayload(record: DoneRecord): unknown[] {
  const { eventId, consumerTenantId, providerTenantId, modelId, versionId, priceId, lines } = record;
  const places: DonePlaces = [
    packIds(eventId, consumerTenantId, providerTenantId, modelId, versionId, priceId),
    record.keyId,
    record.status === 'failed',
    record.errorCode ?? null,
    record.unit,
    record.quantity,
    record.amountNano,
    record.feeNano,
    record.currency,
    lines?.map(({ unit, quantity, amountNano }) => [unit, quantity, amountNano] as const) ?? null,
    record.freeQuantity ?? null,
    record.tag ?? null,
    record.inputHash ?? null,
    record.outputHash ?? null,
    record.build ?? null,
    record.masked ?? null,
    record.queueMicros,
    record.computeMicros,
    record.totalMicros,
    record.occurredAtMs,
  ];
  return [VERSION, DONE, ...places];
}

/** What {@link intentPayload} and {@link donePayload} made; `undefined` when it is neither. */
export function readPayload(payload: unknown): LoggedRecord | undefined {
  if (!Array.isArray(payload) || payload[0] !== VERSION) return undefined;
  const [, kind, ...places] = payload as unknown[];
  if (!(places[0] instanceof Uint8Array)) return undefined;
  if (kind === INTENT) return { kind: 'intent', record: readIntent(places as unknown as IntentPlaces) };
  if (kind !== DONE) return undefined;
  const record = readDone(places as unknown as DonePlaces);
  return problemOf(record) === undefined ? { kind: 'done', record } : undefined;
}

function readIntent([ids, startedAtMs]: IntentPlaces): IntentRecord {
  const [eventId, consumerTenantId, modelId, versionId] = unpackIds(ids) as [string, string, string, string];
  return { eventId, consumerTenantId, modelId, versionId, startedAtMs };
}

function readDone(places: DonePlaces): DoneRecord {
  const [ids, keyId, isFailed, errorCode, unit, quantity, amountNano, feeNano, currency, lines, freeQuantity, tag, inputHash, outputHash, build, masked, ...times] = places;
  const [eventId, consumerTenantId, providerTenantId, modelId, versionId, priceId] = unpackIds(ids) as [string, string, string, string, string, string];
  const [queueMicros, computeMicros, totalMicros, occurredAtMs] = times;
  return {
    eventId,
    consumerTenantId,
    providerTenantId,
    keyId,
    modelId,
    versionId,
    priceId,
    status: isFailed ? 'failed' : 'succeeded',
    ...(errorCode !== null && { errorCode }),
    unit,
    quantity: BigInt(quantity),
    amountNano: BigInt(amountNano),
    feeNano: BigInt(feeNano),
    currency,
    ...(lines && { lines: lines.map(([of, count, amount]) => ({ unit: of, quantity: BigInt(count), amountNano: BigInt(amount) })) }),
    ...(freeQuantity !== null && { freeQuantity: BigInt(freeQuantity) }),
    ...(tag !== null && { tag }),
    ...(inputHash && { inputHash }),
    ...(outputHash && { outputHash }),
    ...(build !== null && { build }),
    ...(masked && { masked }),
    queueMicros,
    computeMicros,
    totalMicros,
    occurredAtMs,
  };
}

function packIds(...ids: readonly string[]): Uint8Array {
  const bytes = new Uint8Array(ids.length * ID_BYTES);
  for (const [place, id] of ids.entries()) writeId(bytes, place * ID_BYTES, id);
  return bytes;
}

function unpackIds(bytes: Uint8Array): string[] {
  return Array.from({ length: bytes.length / ID_BYTES }, (_, place) => readId(bytes, place * ID_BYTES));
}
