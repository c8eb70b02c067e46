import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import type { Config } from '@steelyard/platform-config';
import type { Database } from '@steelyard/platform-database';
import type { Logger } from '@steelyard/platform-observability';
import { identityErrors } from '../errors.js';
import { createSecretFile, readSecretFile } from './secret-file.js';

/** An API key as it is stored: what was made of it, and with which pepper. */
export interface SealedKey {
  readonly secretHmac: Uint8Array;
  readonly pepperId: string;
}

/**
 * The secrets that API keys are hashed with (HMAC-SHA-256), so that a copy of the database alone lets nobody in. The first seals new keys, each
 * of them checks the keys that it sealed. A slow hash would add nothing: keys hold 256 random bits.
 */
export class Peppers {
  readonly #byId: ReadonlyMap<string, string>;
  readonly #currentId: string;

  /** @param peppers the current one, then older ones. */
  constructor(peppers: readonly [string, ...string[]]) {
    this.#byId = new Map(peppers.map((pepper) => [idOf(pepper), pepper]));
    this.#currentId = idOf(peppers[0]);
  }

  get ids(): readonly string[] {
    return [...this.#byId.keys()];
  }

  seal(key: string): SealedKey {
    return { secretHmac: hmac(this.#byId.get(this.#currentId)!, key), pepperId: this.#currentId };
  }

  /** 256 bits for one purpose, made from a pepper that this server has; the current one when none is named. */
  keyFor(purpose: string, pepperId = this.#currentId): { readonly key: Buffer; readonly pepperId: string } | undefined {
    const pepper = this.#byId.get(pepperId);
    return pepper === undefined ? undefined : { key: Buffer.from(hkdfSync('sha256', pepper, '', purpose, 32)), pepperId };
  }

  /** Takes the same time wherever the two differ. */
  matches(sealed: SealedKey, key: string): boolean {
    const pepper = this.#byId.get(sealed.pepperId);
    if (pepper === undefined) return false;
    const expected = sealed.secretHmac;
    const actual = hmac(pepper, key);
    return expected.length === actual.length && timingSafeEqual(expected, actual);
  }
}

export interface PepperSource {
  readonly config: Pick<Config, 'keyPepper' | 'dataDir'>;
  readonly database: Database;
  readonly log: Logger;
}

/**
 * The configured peppers, else the one in `pepper.key` of the data folder, which is made at the first start.
 * @throws AppError `IDENTITY.PEPPER_MISSING` rather than make a new one where keys exist already.
 */
export async function loadPeppers({ config, database, log }: PepperSource): Promise<Peppers> {
  const [first, ...older] = config.keyPepper;
  const peppers = first === undefined ? new Peppers([await pepperOfFolder(config.dataDir, database)]) : new Peppers([first, ...older]);
  const sealedByOthers = await countKeys(database, peppers.ids);
  if (sealedByOthers > 0) log.warn({ keys: sealedByOthers }, 'API keys were hashed with a pepper that this server lacks; they are refused');
  return peppers;
}

async function pepperOfFolder(dataDir: string, database: Database): Promise<string> {
  const path = join(dataDir, 'pepper.key');
  const found = await readSecretFile(path);
  if (found) return found;
  if ((await countKeys(database, [])) > 0) throw identityErrors.PEPPER_MISSING({ path });
  return createSecretFile(path, randomBytes(32).toString('base64url'));
}

/** How many keys in use were sealed with none of `pepperIds`. */
function countKeys(database: Database, pepperIds: readonly string[]): Promise<number> {
  return database.withPlatform((tx) => tx.apiKey.count({ where: { revokedAt: null, pepperId: { notIn: [...pepperIds] } } }));
}

function hmac(pepper: string, key: string): Buffer {
  return createHmac('sha256', pepper).update(key).digest();
}

function idOf(pepper: string): string {
  return createHash('sha256').update(`steelyard pepper ${pepper}`).digest('hex').slice(0, 8);
}
