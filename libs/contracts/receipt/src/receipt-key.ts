import { canonicalJson } from '@steelyard/kernel/canonical-json';
import { toBase64Url } from './base64url.js';

/** A public key of the platform as a JSON Web Key (RFC 8037). */
export interface ReceiptKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly use?: 'sig';
  readonly alg?: 'EdDSA';
  /** The key's thumbprint; see {@link thumbprint}. */
  readonly kid: string;
  /** The 32 bytes of the key, base64url. */
  readonly x: string;
  /** When it was made, in seconds since 1970. It may sign receipts of calls before: they are signed when somebody asks. */
  readonly iat?: number;
  /** When it was retired, in seconds since 1970. Receipts of calls before stay good, those of calls after it are none; absent while it is in use. */
  readonly exp?: number;
}

/** A JWK Set, as `/.well-known/steelyard-receipt-keys.json` has it. */
export interface ReceiptKeySet {
  readonly keys: readonly ReceiptKey[];
}

/** The thumbprint of a key (RFC 7638), which is its `kid`: a key cannot be passed off under the name of another. */
export async function thumbprint({ x }: Pick<ReceiptKey, 'x'>): Promise<string> {
  const text = canonicalJson({ crv: 'Ed25519', kty: 'OKP', x });
  return toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))));
}
