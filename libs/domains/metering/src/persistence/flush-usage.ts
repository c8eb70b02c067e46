import { newId } from '@steelyard/kernel';
import { bigintArray, bytesArray, integerArray, plainArray, queryWithin, textArray, timeArray, uuidArray, type Pool } from '@steelyard/platform-database';
import type { DoneRecord } from '../record.js';

export interface FlushCounts {
  /** Usage rows that were not there yet. */
  readonly inserted: number;
  /** Holds that were open until now. */
  readonly released: number;
}

const FLUSH = 'SELECT inserted, released FROM usage_flush($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)';

/** Longer than a month takes to close and than the database keeps a transaction that nobody continues. Beyond, it is sent again by another connection. */
const FLUSH_WITHIN_MS = 60_000;

/**
 * Writes usage, its transfers and the release of its holds by one statement. Sent again, it changes nothing.
 * @throws AppError `DATABASE.NO_ANSWER`; what `pg` throws
 */
export async function flushUsage(pool: Pool, records: readonly DoneRecord[]): Promise<FlushCounts> {
  // By id: writers that insert in the same order wait for each other, and never in a circle.
  const sorted = [...records].sort((a, b) => (a.eventId < b.eventId ? -1 : 1));
  const plain = (pick: (record: DoneRecord) => string) => plainArray(sorted.map(pick));
  const uuids = (pick: (record: DoneRecord) => string) => uuidArray(sorted.map(pick));
  const bigints = (pick: (record: DoneRecord) => bigint) => bigintArray(sorted.map(pick));
  const texts = (pick: (record: DoneRecord) => string | undefined) => textArray(sorted.map(pick));
  const values = [
    newId(),
    uuids((record) => record.eventId),
    uuids((record) => record.consumerTenantId),
    uuids((record) => record.providerTenantId),
    texts((record) => record.keyId),
    uuids((record) => record.modelId),
    uuids((record) => record.versionId),
    uuids((record) => record.priceId),
    plain((record) => record.status),
    texts((record) => record.errorCode),
    texts((record) => record.unit),
    bigints((record) => record.quantity),
    bigints((record) => record.amountNano),
    bigints((record) => record.feeNano),
    plain((record) => record.currency),
    integerArray(sorted.map((record) => record.queueMicros)),
    integerArray(sorted.map((record) => record.computeMicros)),
    integerArray(sorted.map((record) => record.totalMicros)),
    timeArray(sorted.map((record) => record.occurredAtMs)),
    texts(({ lines }) => (lines?.length ? JSON.stringify(lines.map((line) => [line.unit, line.quantity.toString(), line.amountNano.toString()])) : undefined)),
    bigints((record) => record.freeQuantity ?? 0n),
    texts((record) => record.tag ?? ''),
    bytesArray(sorted.map((record) => record.inputHash)),
    bytesArray(sorted.map((record) => record.outputHash)),
    texts((record) => record.build),
    texts(({ masked }) => masked && JSON.stringify(masked)),
  ];
  const { rows } = await queryWithin<FlushCounts>(pool, { name: 'usage_flush', text: FLUSH, values }, FLUSH_WITHIN_MS);
  return rows[0]!;
}
