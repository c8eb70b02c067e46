import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { base62, DIGITS } from './base62.js';

/**
 * `sy_live_<id>_<secret><crc>`: the id (13 characters of base 62) is public and names the row, the secret (43) holds 256 random bits, the CRC-32 (6)
 * of all before it lets a mistyped key be refused, and a leaked one be recognised by scanners, without asking anybody.
 */
const API_KEY = /^sy_live_([0-9A-Za-z]{13})_[0-9A-Za-z]{49}$/;

const ID_LENGTH = 13;
const SECRET_LENGTH = 43;
const CRC_LENGTH = 6;

export interface MintedKey {
  readonly id: string;
  /** The whole key, to be shown once. */
  readonly text: string;
}

export function mintApiKey(): MintedKey {
  const id = base62(randomBytes(9), ID_LENGTH);
  const body = `sy_live_${id}_${base62(randomBytes(32), SECRET_LENGTH)}`;
  return { id, text: body + checksum(body) };
}

/** The id of a key whose form and checksum are right; `undefined` for any other text. Says nothing of whether the key exists. */
export function idOfApiKey(text: string): string | undefined {
  const match = API_KEY.exec(text);
  if (!match) return undefined;
  const body = text.slice(0, -CRC_LENGTH);
  return text.endsWith(checksum(body)) ? match[1] : undefined;
}

/** The last six characters of a key, made from those before them. Anybody can: it guards against mistakes, not against forgery. */
export function checksum(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let place = 0; place < CRC_LENGTH; place += 1) {
    text = DIGITS[rest % 62]! + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}
