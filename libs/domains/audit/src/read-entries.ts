import { auditLine } from '@steelyard/audit';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { COLUMNS, factsOf, type SealedRow } from './entry-rows.js';
import { SealEntries } from './seal-entries.js';

const EXPORT_PAGE = 1_000;

export interface EntryQuery {
  readonly limit: number;
  /** Only entries before this place. */
  readonly before?: bigint | undefined;
  readonly object?: string | undefined;
  readonly objectId?: string | undefined;
  readonly actorId?: string | undefined;
}

/** Reads the log of one organization. Everything that was committed before is in it, and sealed. */
@Injectable()
export class ReadEntries {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(SealEntries) private readonly sealing: SealEntries,
  ) {}

  /** Newest first, one more than `limit` where there are more. */
  async page(tenantId: string, { limit, before, object, objectId, actorId }: EntryQuery): Promise<SealedRow[]> {
    await this.sealing.run();
    const text = `SELECT ${COLUMNS} FROM audit_entry WHERE tenant_id = $1 AND seq < $2 AND ($3::TEXT IS NULL OR object = $3) AND ($4::TEXT IS NULL OR object_id = $4)
      AND ($5::TEXT IS NULL OR actor_id = $5) ORDER BY seq DESC LIMIT $6`;
    const values = [tenantId, (before ?? 2n ** 62n).toString(), object ?? null, objectId ?? null, actorId ?? null, limit + 1];
    return (await this.database.pool.query<SealedRow>(text, values)).rows;
  }

  /** The whole log as a file, from its first entry on. */
  async *lines(tenantId: string): AsyncGenerator<string, void> {
    let previousHash: string | null = null;
    for await (const rows of this.#pages(tenantId)) {
      let part = '';
      for (const row of rows) {
        part += `${auditLine({ ...factsOf(row, Number(row.seq), previousHash), hash: row.hash })}\n`;
        previousHash = row.hash;
      }
      yield part;
    }
  }

  async *#pages(tenantId: string): AsyncGenerator<readonly SealedRow[], void> {
    await this.sealing.run();
    const text = `SELECT ${COLUMNS} FROM audit_entry WHERE tenant_id = $1 AND seq > $2 ORDER BY seq LIMIT ${EXPORT_PAGE}`;
    for (let after = '0'; ; ) {
      const { rows }: { rows: SealedRow[] } = await this.database.pool.query<SealedRow>(text, [tenantId, after]);
      if (rows.length > 0) yield rows;
      if (rows.length < EXPORT_PAGE) return;
      after = rows.at(-1)!.seq;
    }
  }
}
