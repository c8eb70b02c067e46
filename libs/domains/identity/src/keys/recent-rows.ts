import { LRUCache } from 'lru-cache';
import { identityErrors } from '../errors.js';

export interface RecentRowsOptions {
  /** How long what was found is believed without a word from the database. Default 30 s. */
  readonly keepMs?: number;
  /** Most rows remembered, and most ids remembered as nobody's. Default 10,000 each. */
  readonly sizeMax?: number;
}

/** How exact their time is kept: to look at the clock at every look-up costs a timer. */
const TTL_RESOLUTION_MS = 100;
/** Most rows asked for in one query. */
const BATCH_MAX = 500;

interface Lookup<T> {
  readonly id: string;
  readonly promise: Promise<T | undefined>;
  readonly resolve: (row: T | undefined) => void;
  readonly reject: (error: unknown) => void;
  /** False once the row changed while it was being looked up: what comes back may be what was there before. */
  fresh: boolean;
}

/**
 * Rows by id, remembered for a short while. Ids of nothing are remembered apart, so that guesses cannot push real rows out; look-ups that come
 * together share a query and only one query runs at a time, so that guesses cannot use up the database's connections.
 */
export class RecentRows<T extends object> {
  readonly #known: LRUCache<string, T>;
  readonly #nobody: LRUCache<string, true>;
  readonly #underway = new Map<string, Lookup<T>>();
  #queue: Lookup<T>[] = [];
  #busy = false;

  constructor(
    private readonly read: (ids: readonly string[]) => Promise<ReadonlyMap<string, T>>,
    options: RecentRowsOptions = {},
  ) {
    const { keepMs = 30_000, sizeMax = 10_000 } = options;
    this.#known = new LRUCache({ max: sizeMax, ttl: keepMs, ttlResolution: TTL_RESOLUTION_MS });
    this.#nobody = new LRUCache({ max: sizeMax, ttl: keepMs, ttlResolution: TTL_RESOLUTION_MS });
  }

  /** What is remembered, at once. */
  remembered(id: string): T | undefined {
    return this.#known.get(id);
  }

  /** @throws AppError `IDENTITY.LOOKUP_FAILED` when the database does not answer. */
  async find(id: string): Promise<T | undefined> {
    const known = this.#known.get(id);
    if (known || this.#nobody.has(id)) return known;
    const underway = this.#underway.get(id) ?? this.#enqueue(id);
    return underway.promise;
  }

  /** Called when a row changed. */
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

  #abandon(lookup: Lookup<T>): void {
    lookup.fresh = false;
    this.#underway.delete(lookup.id);
  }

  #enqueue(id: string): Lookup<T> {
    const { promise, resolve, reject } = deferred<T | undefined>();
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
        const rows = await this.read(batch.map(({ id }) => id));
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

  #settle(lookup: Lookup<T>, row: T | undefined): void {
    if (lookup.fresh && row) this.#known.set(lookup.id, row);
    if (lookup.fresh && !row) this.#nobody.set(lookup.id, true);
    this.#done(lookup);
    lookup.resolve(row);
  }

  #done(lookup: Lookup<T>): void {
    if (this.#underway.get(lookup.id) === lookup) this.#underway.delete(lookup.id);
  }
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
