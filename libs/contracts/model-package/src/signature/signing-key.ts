import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { canonicalJson } from '@steelyard/kernel';

const RAW_BYTES = 32;

export interface NewSigningKey {
  /** PKCS #8, PEM: for the provider alone. */
  readonly privatePem: string;
  /** SPKI, PEM. */
  readonly publicPem: string;
}

export function generateSigningKey(): NewSigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', { privateKeyEncoding: { format: 'pem', type: 'pkcs8' }, publicKeyEncoding: { format: 'pem', type: 'spki' } });
  return { privatePem: privateKey, publicPem: publicKey };
}

/** An Ed25519 private key of a PEM text; `undefined` when that is something else. */
export function readPrivateKey(pem: string): KeyObject | undefined {
  return readKey(() => createPrivateKey(pem));
}

/** The 32 bytes of an Ed25519 public key; of a private key's PEM those of its public part. `undefined` when it is something else. */
export function readPublicKey(pem: string): Uint8Array<ArrayBuffer> | undefined {
  const key = readKey(() => createPublicKey(pem));
  return key && rawPublicKey(key);
}

/** The 32 bytes of a key's public part. */
export function rawPublicKey(key: KeyObject): Uint8Array<ArrayBuffer> {
  const jwk = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' }) as { x: string };
  return new Uint8Array(Buffer.from(jwk.x, 'base64url'));
}

/** What a key is called by: its thumbprint (RFC 7638). */
export function signingKeyId(publicKey: Uint8Array): string {
  return createHash('sha256').update(canonicalJson({ crv: 'Ed25519', kty: 'OKP', x: base64Url(publicKey) })).digest('base64url');
}

/** SPKI, PEM: what OpenSSL and others read. */
export function publicKeyPem(publicKey: Uint8Array): string {
  return publicKeyOf(publicKey).export({ format: 'pem', type: 'spki' }).toString();
}

/** @param publicKey its 32 bytes */
export function publicKeyOf(publicKey: Uint8Array): KeyObject {
  if (publicKey.length !== RAW_BYTES) throw new RangeError(`an Ed25519 public key has ${RAW_BYTES} bytes, not ${publicKey.length}`);
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: base64Url(publicKey) }, format: 'jwk' });
}

function readKey(read: () => KeyObject): KeyObject | undefined {
  try {
    const key = read();
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
}

const base64Url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
