import { createHash, randomFillSync } from 'node:crypto';

// Drawn and written out ahead for many ids: a call of the random generator costs ten times what an id needs of it.
const RANDOM_BYTES = 10;
const DIGITS = RANDOM_BYTES * 2;
const pool = Buffer.alloc(RANDOM_BYTES * 256);
let digits = '';
let at = 0;

function drawMore(): void {
  randomFillSync(pool);
  for (let from = 0; from < pool.length; from += RANDOM_BYTES) {
    pool[from] = (pool[from]! & 0x0f) | 0x70;
    pool[from + 2] = (pool[from + 2]! & 0x3f) | 0x80;
  }
  digits = pool.toString('hex');
  at = 0;
}

let latestMs = Number.NaN;
let time = '';

/**
 * A UUID version 7 (RFC 9562): 48 bits of Unix time in milliseconds, then random bits. Ids made later sort later, to the
 * millisecond, so that tables grow at one end and a month's partition follows from the id alone.
 */
export function newId(nowMs: number = Date.now()): string {
  if (at === digits.length) drawMore();
  const tail = digits.slice(at, (at += DIGITS));
  if (nowMs !== latestMs) {
    const text = nowMs.toString(16).padStart(12, '0');
    time = `${text.slice(0, 8)}-${text.slice(8)}`;
    latestMs = nowMs;
  }
  return `${time}-${tail.slice(0, 4)}-${tail.slice(4, 8)}-${tail.slice(8)}`;
}

/** A UUID version 8 (RFC 9562) made of a name: the same one for the same name, for what must not be made twice. */
export function idFrom(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** When an id says that it was made, in milliseconds. */
export function idTimeMs(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isId(text: string): boolean {
  return UUID.test(text);
}

export const ID_BYTES = 16;
const DASH = 0x2d;

/** Writes the 16 bytes of an id. What is no id gives some other bytes. */
export function writeId(bytes: Uint8Array, start: number, id: string): void {
  for (let from = 0, at = start; from < id.length; from += 2) {
    if (id.charCodeAt(from) === DASH) from += 1;
    bytes[at++] = (nibble(id.charCodeAt(from)) << 4) | nibble(id.charCodeAt(from + 1));
  }
}

/** The id whose 16 bytes begin at `start`. */
export function readId(bytes: Uint8Array, start: number): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset + start, ID_BYTES).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function nibble(code: number): number {
  return code <= 0x39 ? code - 0x30 : (code & 0xdf) - 0x37;
}

/** The organization of the installation itself: its operator's keys and its ledger accounts. */
export const PLATFORM_ORGANIZATION_ID = '00000000-0000-7000-8000-000000000001';
