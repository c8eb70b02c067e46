import { beforeEach, expect, it } from '@jest/globals';
import { Peppers } from '@steelyard/domain-identity';
import { KeepCalls, ReadKeptCall } from '@steelyard/domain-privacy';
import { newId, type Caller } from '@steelyard/kernel';
import { silentLogger } from '@steelyard/platform-observability';
import { describeDatabase } from '@steelyard/test-support';
import { encodeValue } from '@steelyard/wire';
import { PLATFORM_TABLES } from '../../../platform/database/src/platform-tables.fixture.js';
import { seedTenant, type SeededTenant } from '../../../platform/database/src/seed-tenant.fixture.js';
import { ExportOrganization } from './export/export-organization.js';
import { HELD_TABLES } from './held-tables.js';

interface Line {
  readonly table?: string;
  readonly row?: Record<string, unknown>;
  readonly [key: string]: unknown;
}

describeDatabase('what is held of an organization', (context) => {
  let seeded: SeededTenant;
  let caller: Caller;
  let keeping: KeepCalls;
  let exporting: ExportOrganization;

  beforeEach(async () => {
    const [database, peppers] = [context.database(), new Peppers(['pepper'])];
    keeping = new KeepCalls(database, peppers, silentLogger);
    exporting = new ExportOrganization(database, keeping, new ReadKeptCall(database, peppers, keeping));
    seeded = await seedTenant(database);
    caller = { organizationId: seeded.tenantId, organizationHandle: `org-${seeded.tenantId}`, actorId: seeded.keyId, scopes: new Set() };
    // The seeded one is no CBOR.
    await database.pool.query('DELETE FROM kept_call WHERE tenant_id = $1', [seeded.tenantId]);
  });

  const exported = async (): Promise<Line[]> => {
    let text = '';
    for await (const part of exporting.lines(caller)) text += part;
    return text.trimEnd().split('\n').map((line) => JSON.parse(line) as Line);
  };

  it('is every table and column that there is', async () => {
    const { rows } = await context.database().pool.query<{ table: string; columns: string[] }>(`
      SELECT c.relname AS table, array_agg(a.attname::TEXT) AS columns FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relnamespace = 'public'::REGNAMESPACE AND c.relkind IN ('r', 'p') AND NOT c.relispartition GROUP BY 1`);
    const others = ['_prisma_migrations', ...Object.keys(PLATFORM_TABLES)].filter((table) => !HELD_TABLES.some((held) => held.table === table));
    expect([...HELD_TABLES.map(({ table }) => table), ...others].sort()).toEqual(rows.map(({ table }) => table).sort());
    const columns = new Map(rows.map(({ table, columns: names }) => [table, names]));
    for (const table of others) expect({ table, tenants: columns.get(table)!.filter((name) => /(^|_)tenant_id$/.test(name)) }).toEqual({ table, tenants: [] });
    for (const { table, whose, exported: shapes, erased } of HELD_TABLES) {
      const named = [whose, ...(typeof shapes === 'string' ? [] : shapes.flatMap((shape) => [shape.whose, ...(shape.without ?? [])])), ...(erased === 'remove' ? [] : Object.keys(erased.blanked ?? {}))];
      expect({ table, unknown: named.filter((name) => !columns.get(table)!.includes(name)) }).toEqual({ table, unknown: [] });
    }
  });

  it('is exported whole, without secrets and without what is somebody else\'s', async () => {
    const other = await seedTenant(context.database(), 'public');
    keeping.offer({ predictionId: newId(), tenantId: seeded.tenantId, keyId: seeded.keyId, retentionHours: 1, input: encodeValue({ text: 'what went in' }), output: encodeValue('out') });
    const [header, ...lines] = await exported();
    expect(header).toEqual({ format: 'steelyard-export/1', organization: { id: seeded.tenantId, handle: caller.organizationHandle }, exportedAt: expect.any(String) });
    const wanted = HELD_TABLES.flatMap(({ exported: shapes }) => (typeof shapes === 'string' ? [] : shapes.map(({ as }) => as)));
    expect([...new Set(lines.flatMap(({ table }) => table ?? []))]).toEqual(wanted);
    const rows = lines.filter(({ table }) => table);
    expect(lines.at(-1)).toEqual({ end: true, rows: rows.length });
    expect(lines.find(({ keptCall }) => keptCall)).toMatchObject({ input: { state: 'kept', value: { text: 'what went in' } }, output: { value: 'out' } });
    const text = JSON.stringify(lines);
    expect(text.includes(other.tenantId)).toBe(false);
    const columns = new Set(rows.flatMap(({ row }) => Object.keys(row!)));
    for (const secret of ['secret_hmac', 'pepper_id', 'token_hash', 'secret_label', 'webhook_label']) expect(columns).not.toContain(secret);
    expect(rows.find(({ table }) => table === 'ledger_transfer.out')!.row).toMatchObject({ amount_nano: '1' });
    expect(rows.find(({ table }) => table === 'signing_key')!.row).toMatchObject({ public_key: Buffer.alloc(32).toString('base64') });
    expect(rows.find(({ table }) => table === 'usage_event.provided')!.row).not.toHaveProperty('key_id');
  });

  it('is exported whole when a kept call cannot be opened any more', async () => {
    const [database, lost] = [context.database(), new Peppers(['lost'])];
    const before = new KeepCalls(database, lost, silentLogger);
    const [sealed, open] = [newId(), newId()].sort() as [string, string];
    const call = { tenantId: seeded.tenantId, keyId: seeded.keyId, retentionHours: 1, input: encodeValue({ text: 'what went in' }) };
    before.offer({ ...call, predictionId: sealed });
    await before.written();
    keeping.offer({ ...call, predictionId: open });
    const lines = await exported();
    expect(lines.filter(({ keptCall }) => keptCall)).toEqual([
      { keptCall: sealed, unreadable: true },
      { keptCall: open, input: { state: 'kept', value: { text: 'what went in' }, bytes: call.input.byteLength }, output: null },
    ]);
    expect(lines.at(-1)).toEqual({ end: true, rows: lines.filter(({ table }) => table).length });
  });

  it('is exported whole when there is more of it than a page', async () => {
    const count = 2_345;
    await context.database().pool.query(
      `INSERT INTO webhook_event (tenant_id, id, type, data) SELECT $1, gen_random_uuid(), 'webhook.test', jsonb_build_object('n', n) FROM generate_series(1, ${count}) AS n`,
      [seeded.tenantId],
    );
    const events = (await exported()).flatMap(({ table, row }) => (table === 'webhook_event' ? [row!] : []));
    expect(events).toHaveLength(count + 1);
    expect(new Set(events.map(({ id }) => id)).size).toBe(count + 1);
  });
});
