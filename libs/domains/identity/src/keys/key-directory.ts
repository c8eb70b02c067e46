import { isPermission, OPERATOR_SCOPE, type Caller, type Scope } from '@steelyard/kernel';
import type { Pool } from '@steelyard/platform-database';
import { LRUCache } from 'lru-cache';
import { identityErrors } from '../errors.js';
import type { SealedKey } from './peppers.js';

/** The channel on which the id of a key that changed is notified. */
export const KEY_CHANGED = 'steelyard_key';

/** A key as the database knows it. */
export interface KnownKey extends SealedKey {
  readonly caller: Caller;
  /** Unix time in milliseconds; Infinity for a key that does not expire. */
  readonly expiresAtMs: number;
  readonly revoked: boolean;
}

export interface KeyDirectoryOptions {
  /** How long what was found is believed without a word from the database. Default 30 s. */
  readonly keepMs?: number;
  /** Most keys remembered, and most ids remembered as nobody's. Default 10,000 each. */
  readonly sizeMax?: number;
}

/** Most keys asked for in one query. */
const BATCH_MAX = 500;

interface Lookup {
  readonly id: string;
  readonly promise: Promise<KnownKey | undefined>;
  readonly resolve: (key: KnownKey | undefined) => void;
  readonly reject: (error: unknown) => void;
  /** False once the key changed while it was being looked up: what comes back may be what was there before. */
  fresh: boolean;
}

/**
 * Keys by id, remembered for a short while. Ids of no key are remembered apart, so that guesses cannot push real keys out; look-ups that come
 * together share a query and only one query runs at a time, so that guesses cannot use up the database's connections.
 */
export class KeyDirectory {
  readonly #known: LRUCache<string, KnownKey>;
  readonly #nobody: LRUCache<string, true>;
  readonly #underway = new Map<string, Lookup>();
  #queue: Lookup[] = [];
  #busy = false;

  constructor(
    private readonly pool: Pick<Pool, 'query'>,
    options: KeyDirectoryOptions = {},
  ) {
    const { keepMs = 30_000, sizeMax = 10_000 } = options;
    this.#known = new LRUCache({ max: sizeMax, ttl: keepMs });
    this.#nobody = new LRUCache({ max: sizeMax, ttl: keepMs });
  }

  /** What is remembered, at once. */
  remembered(id: string): KnownKey | undefined {
    return this.#known.get(id);
  }

  /** @throws AppError `IDENTITY.LOOKUP_FAILED` when the database does not answer. */
  async find(id: string): Promise<KnownKey | undefined> {
    const known = this.#known.get(id);
    if (known || this.#nobody.has(id)) return known;
    const underway = this.#underway.get(id) ?? this.#enqueue(id);
    return underway.promise;
  }

  /** Called when a key changed. */
  forget(id: string): void {
    this.#known.delete(id);
    this.#nobody.delete(id);
    const lookup = this.#underway.get(id);
    if (lookup) this.#abandon(lookup);
  }

  /** Called when changes may have gone unheard. */
  forgetAll(): void {
    this.#known.clear();
    this.#nobody.clear();
    for (const lookup of this.#underway.values()) this.#abandon(lookup);
  }

  #abandon(lookup: Lookup): void {
    lookup.fresh = false;
    this.#underway.delete(lookup.id);
  }

  #enqueue(id: string): Lookup {
    const { promise, resolve, reject } = deferred<KnownKey | undefined>();
    const lookup = { id, promise, resolve, reject, fresh: true };
    this.#underway.set(id, lookup);
    this.#queue.push(lookup);
    if (!this.#busy) {
      this.#busy = true;
      setImmediate(() => void this.#drain());
    }
    return lookup;
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, BATCH_MAX);
      try {
        const rows = await this.#read(batch.map(({ id }) => id));
        for (const lookup of batch) this.#settle(lookup, rows.get(lookup.id));
      } catch (error) {
        for (const lookup of batch) {
          this.#done(lookup);
          lookup.reject(identityErrors.LOOKUP_FAILED({}, error));
        }
      }
    }
    this.#busy = false;
  }

  #settle(lookup: Lookup, key: KnownKey | undefined): void {
    if (lookup.fresh && key) this.#known.set(lookup.id, key);
    if (lookup.fresh && !key) this.#nobody.set(lookup.id, true);
    this.#done(lookup);
    lookup.resolve(key);
  }

  #done(lookup: Lookup): void {
    if (this.#underway.get(lookup.id) === lookup) this.#underway.delete(lookup.id);
  }

  async #read(ids: readonly string[]): Promise<ReadonlyMap<string, KnownKey>> {
    const { rows } = await this.pool.query<KeyRow>(
      `SELECT k.id, k.tenant_id, o.handle, k.secret_hmac, k.pepper_id, k.scopes, k.expires_at, k.revoked_at
         FROM api_key k JOIN organization o ON o.id = k.tenant_id WHERE k.id = ANY($1)`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, toKnownKey(row)]));
  }
}

interface KeyRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly handle: string;
  readonly secret_hmac: Buffer;
  readonly pepper_id: string;
  readonly scopes: readonly string[];
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
}

function toKnownKey(row: KeyRow): KnownKey {
  const scopes = new Set<Scope>(row.scopes.filter((scope): scope is Scope => isPermission(scope) || scope === OPERATOR_SCOPE));
  return {
    caller: Object.freeze({ organizationId: row.tenant_id, organizationHandle: row.handle, actorId: row.id, scopes }),
    secretHmac: row.secret_hmac,
    pepperId: row.pepper_id,
    expiresAtMs: row.expires_at?.getTime() ?? Number.POSITIVE_INFINITY,
    revoked: row.revoked_at !== null,
  };
}

function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((resolved, rejected) => {
    resolve = resolved;
    reject = rejected;
  });
  return { promise, resolve, reject };
}
