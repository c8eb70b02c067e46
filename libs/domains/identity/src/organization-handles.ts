import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { LRUCache } from 'lru-cache';

/**
 * Which organization a handle names, and the other way round. Handles are public and, once given, never change hands, so
 * what was found may be kept.
 */
@Injectable()
export class OrganizationHandles {
  readonly #ids = new LRUCache<string, string>({ max: 10_000 });
  readonly #handles = new LRUCache<string, string>({ max: 10_000 });

  constructor(@Inject(DATABASE) private readonly database: Database) {}

  async idOf(handle: string): Promise<string | undefined> {
    const known = this.#ids.get(handle);
    if (known !== undefined) return known;
    const found = await this.database.withPlatform((tx) => tx.organization.findUnique({ where: { handle }, select: { id: true } }));
    if (!found) return undefined;
    this.#ids.set(handle, found.id);
    return found.id;
  }

  async handlesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const missing = [...new Set(ids)].filter((id) => !this.#handles.has(id));
    if (missing.length > 0) {
      const where = { id: { in: missing } };
      const rows = await this.database.withPlatform((tx) => tx.organization.findMany({ where, select: { id: true, handle: true } }));
      for (const row of rows) this.#handles.set(row.id, row.handle);
    }
    return new Map(ids.map((id) => [id, this.#handles.get(id) ?? id]));
  }
}
