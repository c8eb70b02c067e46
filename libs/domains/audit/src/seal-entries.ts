import { auditHash } from '@steelyard/audit';
import { Inject, Injectable } from '@nestjs/common';
import { bigintArray, DATABASE, plainArray, sqlTransaction, textArray, type Database, type PoolClient } from '@steelyard/platform-database';
import { COLUMNS, factsOf, type EntryRow } from './entry-rows.js';

const SEAL_LOCK = 72_707_397;
const ENTRIES_MAX = 500;

const OPEN = `SELECT ${COLUMNS} FROM audit_entry WHERE seq IS NULL ORDER BY id LIMIT ${ENTRIES_MAX}`;
const HEADS = `SELECT e.tenant_id, e.seq, e.hash FROM unnest($1::UUID[]) AS t (id)
  CROSS JOIN LATERAL (SELECT tenant_id, seq, hash FROM audit_entry WHERE tenant_id = t.id AND seq IS NOT NULL ORDER BY seq DESC LIMIT 1) AS e`;
const SEAL = `UPDATE audit_entry AS e SET seq = s.seq, hash = s.hash FROM unnest($1::BIGINT[], $2::BIGINT[], $3::TEXT[]) AS s (id, seq, hash) WHERE e.id = s.id`;

interface Head {
  readonly seq: number;
  readonly hash: string | null;
}

/**
 * Gives entries their places in the chains of their organizations. Apart from the writing, so that writers never wait for each other; one server at a time,
 * so that a chain has one end.
 */
@Injectable()
export class SealEntries {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** Seals all that is committed by now. */
  async run(): Promise<void> {
    if (!(await this.#isNeeded())) return;
    while ((await sqlTransaction(this.database.pool, sealSome)) === ENTRIES_MAX);
  }

  async #isNeeded(): Promise<boolean> {
    const { rows } = await this.database.pool.query<{ needed: boolean }>({ name: 'audit-open', text: 'SELECT EXISTS (SELECT FROM audit_entry WHERE seq IS NULL) AS needed' });
    return rows[0]!.needed;
  }
}

async function sealSome(client: PoolClient): Promise<number> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [SEAL_LOCK]);
  const { rows } = await client.query<EntryRow>(OPEN);
  if (rows.length === 0) return 0;
  const heads = await readHeads(client, new Set(rows.map((row) => row.tenant_id)));
  const sealed = rows.map((row) => {
    const { seq, hash } = heads.get(row.tenant_id) ?? { seq: 0, hash: null };
    const head = { seq: seq + 1, hash: auditHash(factsOf(row, seq + 1, hash)) };
    heads.set(row.tenant_id, head);
    return head;
  });
  await client.query(SEAL, [plainArray(rows.map(({ id }) => id)), bigintArray(sealed.map(({ seq }) => BigInt(seq))), textArray(sealed.map(({ hash }) => hash))]);
  return rows.length;
}

async function readHeads(client: PoolClient, tenantIds: ReadonlySet<string>): Promise<Map<string, Head>> {
  const { rows } = await client.query<{ tenant_id: string; seq: string; hash: string }>(HEADS, [plainArray([...tenantIds])]);
  return new Map(rows.map(({ tenant_id: id, seq, hash }) => [id, { seq: Number(seq), hash }]));
}
