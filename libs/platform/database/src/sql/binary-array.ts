/**
 * PostgreSQL arrays in its binary form, which `pg` sends as it is given: the server copies what it would else have to read as text, which for the
 * ids of a thousand calls takes it longer than to write half of them. https://www.postgresql.org/docs/current/protocol-message-formats.html, Bind.
 */
import { ID_BYTES, writeId } from '@steelyard/kernel';

const OIDS = { int8: 20, int4: 23, uuid: 2950, timestamptz: 1184 } as const;
/** Of the array: dimensions, whether there are nulls, the type; then the length and the first index of its one dimension. */
const HEADER_BYTES = 20;
/** 2000-01-01, from where the server counts microseconds. */
const EPOCH_MICROS = 946_684_800_000_000n;

export function uuidArray(ids: readonly string[]): Buffer {
  const array = headed(OIDS.uuid, ids.length, ID_BYTES);
  let last: string | undefined;
  for (let n = 0, at = HEADER_BYTES; n < ids.length; n += 1, at += 4 + ID_BYTES) {
    const id = ids[n]!;
    // Calls of a batch have most of their ids in common.
    if (id === last) array.copyWithin(at, at - 4 - ID_BYTES, at);
    else writeId(array, array.writeInt32BE(ID_BYTES, at), id);
    last = id;
  }
  return array;
}

export function bigintArray(values: readonly bigint[]): Buffer {
  const array = headed(OIDS.int8, values.length, 8);
  let at = HEADER_BYTES;
  for (const value of values) at = array.writeBigInt64BE(value, array.writeInt32BE(8, at));
  return array;
}

export function integerArray(values: readonly number[]): Buffer {
  const array = headed(OIDS.int4, values.length, 4);
  let at = HEADER_BYTES;
  for (const value of values) at = array.writeInt32BE(value, array.writeInt32BE(4, at));
  return array;
}

/** `timestamptz[]`, of milliseconds since 1970. */
export function timeArray(timesMs: readonly number[]): Buffer {
  const array = headed(OIDS.timestamptz, timesMs.length, 8);
  let at = HEADER_BYTES;
  for (const timeMs of timesMs) at = array.writeBigInt64BE(BigInt(Math.trunc(timeMs)) * 1_000n - EPOCH_MICROS, array.writeInt32BE(8, at));
  return array;
}

function headed(oid: number, length: number, elementBytes: number): Buffer {
  const array = Buffer.allocUnsafe(HEADER_BYTES + length * (4 + elementBytes));
  let at = 0;
  for (const word of [length > 0 ? 1 : 0, 0, oid, length, 1]) at = array.writeInt32BE(word, at);
  // An empty array has no dimension to tell of.
  return length > 0 ? array : array.subarray(0, 12);
}
