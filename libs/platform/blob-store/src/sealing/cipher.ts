import { createCipheriv, createDecipheriv } from 'node:crypto';

export const CIPHER = 'aes-256-gcm';
export const KEY_BYTES = 32;
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;
/** Of the nonce, one for each file; counter and last flag fill the rest. */
export const PREFIX_BYTES = 7;

/** What the chunks of one file have in common. */
export interface ChunkKey {
  readonly key: Buffer;
  readonly prefix: Buffer;
}

export interface ChunkPlace {
  /** 0, 1, ... */
  readonly index: number;
  readonly last: boolean;
}

/**
 * STREAM (Hoang, Reyhanitabar, Rogaway, Vizar: Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, 2015): the place of a chunk is part
 * of its nonce, so that one that is moved, left out, taken from another file or cut off behind does not open.
 */
function nonceOf(prefix: Buffer, { index, last }: ChunkPlace): Buffer {
  const nonce = Buffer.alloc(NONCE_BYTES);
  prefix.copy(nonce, 0, 0, PREFIX_BYTES);
  nonce.writeUInt32BE(index, PREFIX_BYTES);
  nonce.writeUInt8(last ? 1 : 0, NONCE_BYTES - 1);
  return nonce;
}

/** @returns the chunk and its tag, which belongs behind it. */
export function sealChunk({ key, prefix }: ChunkKey, plain: Uint8Array, place: ChunkPlace): [Buffer, Buffer] {
  const cipher = createCipheriv(CIPHER, key, nonceOf(prefix, place), { authTagLength: TAG_BYTES });
  const sealed = cipher.update(plain);
  cipher.final();
  return [sealed, cipher.getAuthTag()];
}

/** `undefined` when it is not the chunk of this place. */
export function openChunk({ key, prefix }: ChunkKey, sealed: Buffer, place: ChunkPlace): Buffer | undefined {
  if (sealed.length < TAG_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, key, nonceOf(prefix, place), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const plain = decipher.update(sealed.subarray(0, -TAG_BYTES));
  try {
    decipher.final();
    return plain;
  } catch {
    return undefined;
  }
}
