import { auditHash } from '@steelyard/audit';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { COLUMNS, factsOf, type SealedRow } from './entry-rows.js';

const PAGE = 1_000;
const NEXT = `SELECT ${COLUMNS} FROM audit_entry WHERE (tenant_id, seq) > ($1, $2) AND seq IS NOT NULL ORDER BY tenant_id, seq LIMIT ${PAGE}`;

export interface ChainsFound {
  readonly chains: number;
  readonly entries: number;
  /** Whether all were gone through before time was up. */
  readonly complete: boolean;
  /** The first entry that does not follow from the one before it. */
  readonly broken?: { readonly organizationId: string; readonly seq: number } | undefined;
}

/** Follows the chains of all organizations in the database. */
@Injectable()
export class VerifyChains {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  async run(budgetMs: number): Promise<ChainsFound> {
    const deadline = performance.now() + budgetMs;
    let [chains, entries] = [0, 0];
    let last: { id: string; seq: string; hash: string } | undefined;
    for (;;) {
      const { rows }: { rows: SealedRow[] } = await this.database.pool.query<SealedRow>(NEXT, [last?.id ?? '00000000-0000-0000-0000-000000000000', last?.seq ?? '0']);
      for (const row of rows) {
        const isFirst = row.tenant_id !== last?.id;
        if (isFirst) chains += 1;
        const seq = isFirst ? 1 : Number(last!.seq) + 1;
        const expected = auditHash(factsOf(row, seq, isFirst ? null : last!.hash));
        if (Number(row.seq) !== seq || row.hash !== expected) return { chains, entries, complete: false, broken: { organizationId: row.tenant_id, seq: Number(row.seq) } };
        entries += 1;
        last = { id: row.tenant_id, seq: row.seq, hash: row.hash };
      }
      if (rows.length < PAGE) return { chains, entries, complete: true };
      if (performance.now() > deadline) return { chains, entries, complete: false };
    }
  }
}
