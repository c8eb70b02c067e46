import { createHash, randomBytes } from 'node:crypto';
import { openDatabase, type Database } from '@steelyard/platform-database';
import { readMigrations, withClient } from '@steelyard/platform-database/embedded';
import pg from 'pg';
import { currentRun } from './run.js';
import { embeddedTestServer, type TestServer, type TestServerAddress } from './test-server.js';

/** A database with the current schema that nobody else uses. */
export interface TestDatabase {
  readonly url: string;
  /** The server's own database, as whoever may make databases and logins. */
  readonly adminUrl: string;
  open(): Promise<Database>;
  drop(): Promise<void>;
}

/** Advisory lock, on the server's maintenance database, of whoever makes the template. */
const TEMPLATE_LOCK = 72_707_380;

/** Copies the run's template, which the first to need it makes by the migrations. */
export async function createTestDatabase(server: TestServer): Promise<TestDatabase> {
  const address = await server.connect();
  const name = `sy_${currentRun().id}_${randomBytes(6).toString('hex')}`;
  await withClient(address.adminUrl, async (client) => {
    const template = await ensureTemplate(client, address);
    const { rows } = await client.query<{ owner: string }>('SELECT pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = $1', [template]);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER ${pg.escapeIdentifier(rows[0]!.owner)}`);
  });
  const url = address.url(name);
  return {
    url,
    adminUrl: address.adminUrl,
    open: () => openDatabase({ url, dataDir: currentRun().folder, connections: 5 }),
    drop: () =>
      withClient(address.adminUrl, async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      }),
  };
}

/** An empty database on the run's own server, which goes when the run ends: for a server that needs none of its own. */
export async function emptyDatabaseUrl(): Promise<string> {
  return (await createTestDatabase(embeddedTestServer)).url;
}

async function ensureTemplate(client: pg.Client, address: TestServerAddress): Promise<string> {
  const checksums = (await readMigrations()).map(({ name, checksum }) => `${name} ${checksum}`).join('\n');
  const template = `sy_${currentRun().id}_template_${createHash('sha256').update(checksums).digest('hex').slice(0, 12)}`;
  await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [template]);
    if (rowCount === 0) await makeTemplate(client, { template, address });
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  }
  return template;
}

/** Under another name until it is whole: a worker that is killed meanwhile leaves no template that looks like one. */
async function makeTemplate(client: pg.Client, { template, address }: { template: string; address: TestServerAddress }): Promise<void> {
  const draft = `${template}_draft`;
  await client.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
  await address.createEmpty(draft);
  const database = await openDatabase({ url: address.url(draft), dataDir: currentRun().folder });
  await database.close();
  await waitUntilUnused(client, draft);
  await client.query(`ALTER DATABASE ${draft} RENAME TO ${template}`);
}

/** A server's process outlives the connection that it served for a moment, and a database in use cannot be renamed or copied. */
async function waitUntilUnused(client: pg.Client, database: string): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const { rowCount } = await client.query('SELECT FROM pg_stat_activity WHERE datname = $1', [database]);
    if (rowCount === 0) return;
    await client.query('SELECT pg_sleep(0.01)');
  }
}
