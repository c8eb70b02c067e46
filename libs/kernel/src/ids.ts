import { randomFillSync } from 'node:crypto';

// Drawn ahead for many ids: a call of the random generator costs ten times what an id needs of it.
const RANDOM_BYTES = 10;
const pool = Buffer.alloc(RANDOM_BYTES * 256);
let drawn = pool.length;

function drawRandom(): Buffer {
  if (drawn === pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  drawn += RANDOM_BYTES;
  return pool.subarray(drawn - RANDOM_BYTES, drawn);
}

/**
 * A UUID version 7 (RFC 9562): 48 bits of Unix time in milliseconds, then random bits. Ids made later sort later, to the
 * millisecond, so that tables grow at one end and a month's partition follows from the id alone.
 */
export function newId(nowMs: number = Date.now()): string {
  const random = drawRandom();
  const time = nowMs.toString(16).padStart(12, '0');
  random[0] = (random[0]! & 0x0f) | 0x70;
  random[2] = (random[2]! & 0x3f) | 0x80;
  const tail = random.toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-${tail.slice(0, 4)}-${tail.slice(4, 8)}-${tail.slice(8)}`;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isId(text: string): boolean {
  return UUID.test(text);
}

/** The organization of the installation itself: its operator's keys and its ledger accounts. */
export const PLATFORM_ORGANIZATION_ID = '00000000-0000-7000-8000-000000000001';
