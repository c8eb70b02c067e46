import { beforeAll, expect, it } from '@jest/globals';
import { describeDatabase, everyTestServer } from '@steelyard/test-support';
import { PLATFORM_TABLES } from './platform-tables.fixture.js';
import { PLATFORM_ROLE, TENANT_ROLE } from './roles.js';
import { seedTenant, type SeededTenant } from './seed-tenant.fixture.js';

interface Table {
  readonly name: string;
  readonly forced: boolean;
  /** Columns that say whose a row is. */
  readonly owners: string[];
  /** Columns that can be written, the generated ones left out. */
  readonly columns: string[];
  /** Of them those that a tenant may change. */
  readonly changeable: string[];
  readonly tenantMayDelete: boolean;
  /** Roles that a policy is for. */
  readonly roles: string[];
}

interface ForeignKey {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** `tenant_id=tenant_id`, `model_id=id`, ... */
  readonly pairs: string[];
}

/** PostgreSQL's refusal for want of a right, and row level security's. */
const NOT_ALLOWED = '42501';

/**
 * From the catalogs of the migrated database, so that a table that comes later is held to the same: no list of tables is kept here but that of
 * those without a tenant.
 */
describeDatabase('every table', (ctx) => {
  let tables: Table[];
  let foreignKeys: ForeignKey[];
  let [a, b]: SeededTenant[] = [];

  const ofTenants = () => tables.filter(({ name }) => !(name in PLATFORM_TABLES));

  beforeAll(async () => {
    [a, b] = [await seedTenant(ctx.database()), await seedTenant(ctx.database())];
    ({ rows: tables } = await ctx.database().pool.query<Table>(`
      SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced,
             array(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND attname ~ '(^|_)tenant_id$'
                   UNION SELECT 'id' WHERE c.relname = 'organization') AS owners,
             array(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns,
             array(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
                    AND has_column_privilege('${TENANT_ROLE}', c.oid, attnum, 'UPDATE')) AS changeable,
             has_table_privilege('${TENANT_ROLE}', c.oid, 'DELETE') AS "tenantMayDelete",
             array(SELECT DISTINCT rolname::text FROM pg_policy JOIN pg_roles AS r ON r.oid = ANY (polroles) WHERE polrelid = c.oid) AS roles
        FROM pg_class AS c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> '_prisma_migrations'
       ORDER BY 1`));
    ({ rows: foreignKeys } = await ctx.database().pool.query<ForeignKey>(`
      SELECT conname AS name, conrelid::regclass::text AS "from", confrelid::regclass::text AS "to",
             array(SELECT f.attname || '=' || t.attname FROM unnest(conkey, confkey) AS k (f, t)
                     JOIN pg_attribute AS f ON f.attrelid = conrelid AND f.attnum = k.f JOIN pg_attribute AS t ON t.attrelid = confrelid AND t.attnum = k.t) AS pairs
        FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conparentid = 0`));
    console.log(`tenancy: ${ofTenants().length} tables of tenants, ${Object.keys(PLATFORM_TABLES).length} of the platform, ${foreignKeys.length} foreign keys`);
  });

  it('has a tenant’s column, or a reason to have none', () => {
    expect(ofTenants().length).toBeGreaterThan(20);
    expect(tables.filter(({ owners }) => owners.length === 0).map(({ name }) => name)).toEqual(Object.keys(PLATFORM_TABLES));
  });

  it('is behind row level security that binds its owner, with a policy for each role that has business there', () => {
    expect(tables.filter(({ forced }) => !forced)).toEqual([]);
    expect(tables.filter(({ roles }) => !roles.includes(PLATFORM_ROLE)).map(({ name }) => name)).toEqual([]);
    expect(ofTenants().filter(({ roles }) => !roles.includes(TENANT_ROLE)).map(({ name }) => name)).toEqual([]);
  });

  it('points at rows of tenants by the tenant too, since foreign keys are not held to row level security', () => {
    const owned = new Map(tables.map(({ name, owners }) => [name, owners]));
    const checked = foreignKeys.filter(({ from, to }) => owned.get(from)?.length && owned.get(to)?.length && to !== 'organization');
    expect(checked.length).toBeGreaterThan(10);
    expect(checked.filter(({ pairs }) => !pairs.some((pair) => /(^|_)tenant_id=(\w+_)?tenant_id$/.test(pair)))).toEqual([]);
  });

  /** As the second tenant: how many rows it did something to, or the code of the refusal. */
  async function attempt(sql: string, ...values: unknown[]): Promise<string | number> {
    try {
      return await ctx.database().withTenant(b!.tenantId, (tx) => tx.$executeRawUnsafe(sql, ...values));
    } catch (error) {
      return JSON.stringify(error).includes(NOT_ALLOWED) ? NOT_ALLOWED : String(error);
    }
  }

  const ofFirst = ({ owners }: Table): string => owners.map((column) => `"${column}" = '${a!.tenantId}'`).join(' OR ');

  it('lets a tenant neither change nor delete a row of another', async () => {
    const wrong: unknown[] = [];
    for (const table of ofTenants()) {
      const { name, columns, changeable, tenantMayDelete } = table;
      const column = changeable[0] ?? columns[0]!;
      const changed = await attempt(`UPDATE "${name}" SET "${column}" = "${column}" WHERE ${ofFirst(table)}`);
      if (changed !== (changeable.length > 0 ? 0 : NOT_ALLOWED)) wrong.push([`UPDATE ${name}`, changed]);
      const deleted = await attempt(`DELETE FROM "${name}" WHERE ${ofFirst(table)}`);
      if (deleted !== (tenantMayDelete ? 0 : NOT_ALLOWED)) wrong.push([`DELETE ${name}`, deleted]);
    }
    expect(wrong).toEqual([]);
  });

  it('lets a tenant add no row in the name of another', async () => {
    const wrong: unknown[] = [];
    for (const table of ofTenants()) {
      const { name } = table;
      const columns = table.columns.map((column) => `"${column}"`).join(', ');
      const [found] = await ctx.database().withPlatform((tx) => tx.$queryRawUnsafe<{ row: object }[]>(`SELECT to_jsonb(t) AS row FROM "${name}" AS t WHERE ${ofFirst(table)} LIMIT 1`));
      const added = await attempt(`INSERT INTO "${name}" (${columns}) SELECT ${columns} FROM jsonb_populate_record(NULL::"${name}", $1::jsonb)`, JSON.stringify(found!.row));
      if (added !== NOT_ALLOWED) wrong.push([name, added]);
    }
    expect(wrong).toEqual([]);
  });
}, everyTestServer());
