import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Peppers } from './peppers.js';

const ALGORITHM = 'aes-256-gcm';
const PEPPER_ID_LENGTH = 8;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;

/** What a secret is sealed for: as anything else, or in another place, it does not open. */
export interface SealedFor {
  /** What sort of secret it is; each sort has a key of its own. */
  readonly purpose: string;
  /** Which of its sort it is, e.g. the id of its row. */
  readonly context: string;
}

/**
 * A secret that must be read again, so that a copy of the database alone gives it to nobody: AES-256-GCM under a key made from a pepper. Stored
 * as pepper id (8), nonce (12), tag (16), text.
 */
export function sealText(peppers: Peppers, text: string, sealedFor: SealedFor): Uint8Array<ArrayBuffer> {
  return sealBytes(peppers, Buffer.from(text, 'utf8'), sealedFor);
}

/** `undefined` for what was sealed with another pepper, for something else, or has been changed. */
export function openText(peppers: Peppers, sealed: Uint8Array, sealedFor: SealedFor): string | undefined {
  return openBytes(peppers, sealed, sealedFor)?.toString('utf8');
}

/** As {@link sealText}, of what is no text. */
export function sealBytes(peppers: Peppers, bytes: Uint8Array, { purpose, context }: SealedFor): Uint8Array<ArrayBuffer> {
  const { key, pepperId } = peppers.keyFor(purpose)!;
  const nonce = randomBytes(NONCE_LENGTH);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_LENGTH }).setAAD(Buffer.from(context));
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Uint8Array.from(Buffer.concat([Buffer.from(pepperId, 'latin1'), nonce, cipher.getAuthTag(), sealed]));
}

/** As {@link openText}, of what is no text. */
export function openBytes(peppers: Peppers, sealed: Uint8Array, { purpose, context }: SealedFor): Buffer | undefined {
  const bytes = Buffer.from(sealed);
  let at = 0;
  const take = (length: number) => bytes.subarray(at, (at += length));
  const known = peppers.keyFor(purpose, take(PEPPER_ID_LENGTH).toString('latin1'));
  if (!known) return undefined;
  const decipher = createDecipheriv(ALGORITHM, known.key, take(NONCE_LENGTH), { authTagLength: TAG_LENGTH }).setAAD(Buffer.from(context)).setAuthTag(take(TAG_LENGTH));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(at)), decipher.final()]);
  } catch {
    return undefined;
  }
}
