import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeDatabase, everyTestServer } from '@steelyard/test-support';
import pg from 'pg';
import { migrate, readMigrations, type Migration } from './migrate.js';
import { openDatabase } from './open-database.js';

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

describeDatabase('migrations', (ctx) => {
  let folder: string;
  let client: pg.Client;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'steelyard-migrations-'));
    client = await connect(ctx.url());
  });
  afterAll(async () => {
    await client.end();
    await rm(folder, { recursive: true });
  });

  async function write(name: string, sql: string): Promise<Migration[]> {
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, name, 'migration.sql'), sql);
    return readMigrations(folder);
  }

  async function tables(pattern: string): Promise<string[]> {
    const { rows } = await client.query<{ name: string }>('SELECT tablename AS name FROM pg_tables WHERE tablename LIKE $1 ORDER BY 1', [pattern]);
    return rows.map(({ name }) => name);
  }

  it('are applied once, in order, by many who start at the same time', async () => {
    await write('20250102000000_second', `ALTER TABLE trial ADD COLUMN body text; CREATE FUNCTION trial_one() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;`);
    const migrations = await write('20250101000000_first', 'CREATE TABLE trial (id int)');
    const clients = await Promise.all(Array.from({ length: 5 }, () => connect(ctx.url())));
    const applied = await Promise.all(clients.map((each) => migrate(each, migrations)));
    await Promise.all(clients.map((each) => each.end()));
    expect(applied.flat()).toEqual(['20250101000000_first', '20250102000000_second']);
    expect(await migrate(client, migrations)).toEqual([]);
  });

  it('are refused when edited after they were applied, and nothing is applied then', async () => {
    await write('20250104000000_later', 'CREATE TABLE trial_later (id int)');
    const migrations = await write('20250101000000_first', 'CREATE TABLE trial (id bigint)');
    await expect(migrate(client, migrations)).rejects.toMatchObject({ code: 'DATABASE.MIGRATION_EDITED', details: { migration: '20250101000000_first' } });
    expect(await tables('trial_later')).toEqual([]);
    await write('20250101000000_first', 'CREATE TABLE trial (id int)');
  });

  it('are rolled back as a whole when they fail, and can be put right', async () => {
    const broken = await write('20250105000000_broken', 'CREATE TABLE trial_half (id int); SELECT 1 / 0');
    await expect(migrate(client, broken)).rejects.toMatchObject({ code: 'DATABASE.MIGRATION_FAILED', message: expect.stringContaining('division by zero') });
    expect(await tables('trial_%')).toEqual(['trial_later']);

    const mended = await write('20250105000000_broken', 'CREATE TABLE trial_half (id int)');
    expect(await migrate(client, mended)).toEqual(['20250105000000_broken']);
    expect(await tables('trial_%')).toEqual(['trial_half', 'trial_later']);
  });

  it('that another tool left half done stop the start', async () => {
    await client.query(`INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('x', 'y', '20250106000000_torn')`);
    const migrations = await write('20250106000000_torn', 'SELECT 1');
    await expect(migrate(client, migrations)).rejects.toMatchObject({ code: 'DATABASE.MIGRATION_UNFINISHED' });
    await client.query(`DELETE FROM _prisma_migrations WHERE id = 'x'`);
  });

  it('are recorded as Prisma records them', async () => {
    const { rows } = await client.query<{ name: string; checksum: string }>(
      `SELECT migration_name AS name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND migration_name NOT LIKE '2025%' ORDER BY 1`,
    );
    const own = (await readMigrations()).map(({ name, checksum }) => ({ name, checksum }));
    expect(own.length).toBeGreaterThan(0);
    expect(rows).toEqual(own);
  });

  it('leave a database that is open already alone', async () => {
    const again = await openDatabase({ url: ctx.url(), dataDir: folder });
    expect(again.description).toMatch(/^PostgreSQL \d+\.\d+$/);
    await again.close();
  });
}, everyTestServer());
