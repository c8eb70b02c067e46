import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { LRUCache } from 'lru-cache';

const CACHE_MS = 30_000;

/** What organizations are called. Names are public; they change, so what was found is kept for half a minute. */
@Injectable()
export class OrganizationNames {
  readonly #names = new LRUCache<string, string>({ max: 10_000, ttl: CACHE_MS });

  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** By id; one that is not there has no name. */
  async namesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const names = new Map<string, string>();
    const missing: string[] = [];
    for (const id of new Set(ids)) {
      const known = this.#names.get(id);
      if (known === undefined) missing.push(id);
      else names.set(id, known);
    }
    if (missing.length === 0) return names;
    const where = { id: { in: missing } };
    const rows = await this.database.withPlatform((tx) => tx.organization.findMany({ where, select: { id: true, name: true } }));
    for (const { id, name } of rows) {
      this.#names.set(id, name);
      names.set(id, name);
    }
    return names;
  }
}
