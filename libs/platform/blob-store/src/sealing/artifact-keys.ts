import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { CIPHER, KEY_BYTES, NONCE_BYTES, TAG_BYTES } from './cipher.js';

/** A data key as it is kept: sealed with one of the installation's keys. */
export interface WrappedKey {
  /** Which key of the installation. */
  readonly keyId: string;
  /** Nonce, sealed key and tag, base64. */
  readonly sealed: string;
}

/** The keys of the installation. They seal data keys and nothing else, so that another takes their place without a file being written anew. */
export class ArtifactKeys {
  readonly #byId: ReadonlyMap<string, Buffer>;
  /** The one that seals from now on. */
  readonly currentId: string;

  /** @param keys 32 bytes each: the current one, then older ones. */
  constructor(keys: readonly [Buffer, ...Buffer[]]) {
    for (const key of keys) if (key.length !== KEY_BYTES) throw new RangeError(`an artifact key has ${KEY_BYTES} bytes, not ${key.length}`);
    this.#byId = new Map(keys.map((key) => [idOf(key), key]));
    this.currentId = idOf(keys[0]);
  }

  /** @param context what the data key is for: only there can it be opened. */
  wrap(dataKey: Buffer, context: string): WrappedKey {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#byId.get(this.currentId)!, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
    return { keyId: this.currentId, sealed: sealed.toString('base64') };
  }

  has(keyId: string): boolean {
    return this.#byId.has(keyId);
  }

  /** `undefined` when the key is not here, or when this is not what it sealed for this context. */
  unwrap({ keyId, sealed }: WrappedKey, context: string): Buffer | undefined {
    const key = this.#byId.get(keyId);
    const bytes = Buffer.from(sealed, 'base64');
    if (!key || bytes.length !== NONCE_BYTES + KEY_BYTES + TAG_BYTES) return undefined;
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES }).setAAD(Buffer.from(context));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    } catch {
      return undefined;
    }
  }
}

const idOf = (key: Buffer): string => createHash('sha256').update('steelyard artifact key').update(key).digest('hex').slice(0, 16);
