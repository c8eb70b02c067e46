import { crc32 } from 'node:zlib';

/** u32 length, u32 CRC-32 of length and payload; both little endian. */
export const HEADER_BYTES = 8;

export const PAYLOAD_BYTES_MAX = 2 ** 20;

/**
 * Set in the length of the first record of a group: of what is written when all before it is durable. So a damaged record that is
 * followed by a group's start was acknowledged once, or could have been: that is corruption. One that is followed by none may
 * be of a group that never got through: that is a crash, and nobody was told that it was written.
 */
const GROUP_START = 0x8000_0000;

export interface RecordAt {
  readonly payload: Buffer;
  readonly startsGroup: boolean;
  /** Where the next record starts. */
  readonly end: number;
}

/** Lays payloads one after the other, ready to be written at once: as a group, or as more of the one that is not durable yet. */
export function encodeGroup(payloads: readonly Uint8Array[], startsGroup: boolean): Buffer {
  const bytes = payloads.reduce((sum, payload) => sum + HEADER_BYTES + payload.length, 0);
  const group = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const payload of payloads) {
    group.writeUInt32LE((at === 0 && startsGroup ? GROUP_START : 0) + payload.length, at);
    group.set(payload, at + HEADER_BYTES);
    group.writeUInt32LE(checksum(group, at, payload.length), at + 4);
    at += HEADER_BYTES + payload.length;
  }
  return group;
}

/** The record that starts at `at`, or `undefined` when there is no whole and undamaged one. */
export function readRecord(bytes: Buffer, at: number): RecordAt | undefined {
  if (at + HEADER_BYTES > bytes.length) return undefined;
  const field = bytes.readUInt32LE(at);
  const length = field % GROUP_START;
  const end = at + HEADER_BYTES + length;
  if (length === 0 || length > PAYLOAD_BYTES_MAX || end > bytes.length) return undefined;
  if (bytes.readUInt32LE(at + 4) !== checksum(bytes, at, length)) return undefined;
  return { payload: bytes.subarray(at + HEADER_BYTES, end), startsGroup: field >= GROUP_START, end };
}

/** Whether an undamaged start of a group lies anywhere after `at`. */
export function hasLaterGroup(bytes: Buffer, at: number): boolean {
  for (let next = at + 1; next + HEADER_BYTES < bytes.length; next++) {
    // The flag is the highest bit of the last length byte: most places are ruled out by one look.
    if (bytes[next + 3]! >= 0x80 && readRecord(bytes, next)?.startsGroup) return true;
  }
  return false;
}

function checksum(bytes: Buffer, at: number, length: number): number {
  const ofLength = crc32(bytes.subarray(at, at + 4));
  return crc32(bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + length), ofLength);
}
