import { isId, isPersonalKind, type PersonalCounts, type RatedLine } from '@steelyard/kernel';
import { meteringErrors } from './errors.js';

/** A call that was let in, before it runs. If nothing follows it, its process died, and its hold is given back. */
export interface IntentRecord {
  /** UUID version 7, made at admission; the id of the hold and of the usage event. */
  readonly eventId: string;
  readonly consumerTenantId: string;
  readonly modelId: string;
  readonly versionId: string;
  readonly startedAtMs: number;
}

/** What became of a call: what will be charged, complete, so that the log alone is enough to write it. */
export interface DoneRecord {
  readonly eventId: string;
  readonly consumerTenantId: string;
  readonly providerTenantId: string;
  readonly keyId: string;
  readonly modelId: string;
  readonly versionId: string;
  readonly priceId: string;
  /** A failed call has quantity and amount 0. */
  readonly status: 'succeeded' | 'failed';
  readonly errorCode?: string | undefined;
  /** Of the price's first component; the quantity is counted in parts of the unit (`UNIT_PARTS`). */
  readonly unit: string;
  readonly quantity: bigint;
  /** The whole charge. */
  readonly amountNano: bigint;
  /** The platform's part of `amountNano`. */
  readonly feeNano: bigint;
  readonly currency: string;
  /** Every component of the charge, the first one among them, where the price has several; their amounts add up to `amountNano`. */
  readonly lines?: readonly RatedLine[] | undefined;
  /** How many parts of the price's free unit were taken; a call that took any is not charged. */
  readonly freeQuantity?: bigint | undefined;
  /** What the caller calls the call. */
  readonly tag?: string | undefined;
  /** sha256 of what the engine was given and of what it gave. */
  readonly inputHash?: Uint8Array | undefined;
  readonly outputHash?: Uint8Array | undefined;
  /** What ran: platform, runtime and their versions. */
  readonly build?: string | undefined;
  /** What was masked before the model saw the input; absent for nothing. */
  readonly masked?: PersonalCounts | undefined;
  readonly queueMicros: number;
  readonly computeMicros: number;
  readonly totalMicros: number;
  readonly occurredAtMs: number;
}

const INT64_MAX = 2n ** 63n - 1n;
const INT32_MAX = 2 ** 31 - 1;
/** Of a `Date`, on either side of 1970. */
const TIME_MS_MAX = 8.64e15;

/** @throws AppError `METERING.RECORD_INVALID` */
export function checkIntent({ eventId, consumerTenantId, modelId, versionId }: IntentRecord): void {
  if (![eventId, consumerTenantId, modelId, versionId].every(isId)) throw meteringErrors.RECORD_INVALID({ eventId, reason: 'its ids are no UUIDs' });
}

/**
 * A done record as it is logged and written: checked, because what the log takes, the database must take later; times in whole
 * microseconds and no larger than the column, because a clock that jumped must not cost a charge.
 * @throws AppError `METERING.RECORD_INVALID`
 */
export function checkDone(record: DoneRecord): DoneRecord {
  const reason = problemOf(record);
  if (reason !== undefined) throw meteringErrors.RECORD_INVALID({ eventId: record.eventId, reason });
  const { queueMicros, computeMicros, totalMicros } = record;
  if (isMicros(queueMicros) && isMicros(computeMicros) && isMicros(totalMicros)) return record;
  return { ...record, queueMicros: micros(queueMicros), computeMicros: micros(computeMicros), totalMicros: micros(totalMicros) };
}

/**
 * Of two records of one call the one that counts: an answer, though a try before it failed (one that takes up the hold of another has its id), else the first,
 * here as in the database.
 */
export function whatCounts(known: DoneRecord | undefined, next: DoneRecord): DoneRecord {
  return !known || (known.status === 'failed' && next.status === 'succeeded') ? next : known;
}

const IDS = ['eventId', 'consumerTenantId', 'providerTenantId', 'modelId', 'versionId', 'priceId'] as const;
const TEXTS = ['keyId', 'unit', 'errorCode', 'tag', 'build'] as const;
/** What sums are kept by stands together in an index, which takes 2,700 bytes. */
const TAG_LENGTH_MAX = 512;

/** Why a record is none; `undefined` where it is one. */
export function problemOf(record: DoneRecord): string | undefined {
  for (const name of IDS) if (!isId(record[name])) return `"${record[name]}" is no UUID`;
  const { quantity, amountNano, feeNano } = record;
  if (quantity < 0n || quantity > INT64_MAX || feeNano < 0n || feeNano > amountNano || amountNano > INT64_MAX) return 'its amounts are out of range';
  if (record.status === 'failed' && amountNano > 0n) return 'a failed call is not charged';
  const { lines, freeQuantity = 0n } = record;
  if (freeQuantity < 0n || freeQuantity > INT64_MAX || (freeQuantity > 0n && amountNano > 0n)) return 'its free units are out of range';
  if (lines && (lines.some((line) => line.quantity < 0n || line.quantity > INT64_MAX || line.amountNano < 0n) || sumOf(lines) !== amountNano)) {
    return 'its lines do not add up to its amount';
  }
  if (!/^[a-z]{3}$/.test(record.currency)) return 'its currency is no code';
  for (const name of TEXTS) if (record[name]?.includes('\0')) return 'a text has a null character';
  if (Object.entries(record.masked ?? {}).some(([kind, count]) => !isPersonalKind(kind) || !Number.isSafeInteger(count))) return 'what was masked is not counted';
  if (record.tag !== undefined && record.tag.length > TAG_LENGTH_MAX) return 'its tag is too long';
  if (!(Math.abs(record.occurredAtMs) <= TIME_MS_MAX)) return 'its time is none';
  return undefined;
}

function sumOf(lines: readonly RatedLine[]): bigint {
  return lines.reduce((sum, line) => sum + line.amountNano, 0n);
}

function isMicros(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= INT32_MAX;
}

function micros(value: number): number {
  return Math.min(Math.max(Math.round(value) || 0, 0), INT32_MAX);
}
