import { hash } from 'node:crypto';

export function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer');
}

/** The sha256 of bytes that nobody may need, made once and at the first need. */
export function lazySha256(bytes: Uint8Array): () => Uint8Array {
  let made: Uint8Array | undefined;
  return () => (made ??= sha256(bytes));
}
