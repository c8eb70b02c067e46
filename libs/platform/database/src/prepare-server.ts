import pg from 'pg';
import type { DatabaseOptions } from './database.js';
import { SUPERUSER } from './embedded/data-folder.js';
import { Lease } from './embedded/lease.js';
import { databaseErrors } from './errors.js';
import { migrate, readMigrations } from './migrate.js';
import { ensureRoles } from './roles.js';

const VERSION_MIN = 15;
/** The login and the database on an embedded server. The login owns the tables, and is no superuser. */
const EMBEDDED_NAME = 'steelyard';

/** A server whose database has the roles and the schema of this version. */
export interface PreparedServer {
  readonly url: string;
  readonly description: string;
  /** To be called after all connections have ended. */
  release(): Promise<void>;
}

/** Finds or starts the server, then brings roles, schema and the parts of the usage table up to date. */
export async function prepareServer(options: DatabaseOptions): Promise<PreparedServer> {
  if (options.url !== undefined) {
    const version = await prepareDatabase(options.url, options);
    return { url: options.url, description: `PostgreSQL ${version}`, release: async () => undefined };
  }
  const lease = await Lease.take(options);
  try {
    await ensureEmbeddedDatabase(lease.server.url('postgres', SUPERUSER));
    const url = lease.server.url(EMBEDDED_NAME, EMBEDDED_NAME);
    const version = await prepareDatabase(url, options);
    return { url, description: `PostgreSQL ${version} (embedded)`, release: () => lease.release() };
  } catch (error) {
    await lease.release();
    throw error;
  }
}

async function prepareDatabase(url: string, { log }: DatabaseOptions): Promise<string> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ version: string }>(`SELECT current_setting('server_version') AS version`);
    // Distributions append their own: "15.20 (Debian 15.20-0+deb12u1)".
    const version = rows[0]!.version.split(' ')[0]!;
    if (Number.parseInt(version, 10) < VERSION_MIN) throw databaseErrors.SERVER_TOO_OLD({ found: version, minimum: VERSION_MIN });
    await ensureRoles(client);
    const applied = await migrate(client, await readMigrations());
    if (applied.length > 0) log?.info({ applied }, 'applied database migrations');
    await client.query(`SELECT usage_ensure_parts(now(), now() + interval '2 months')`);
    return version;
  });
}

async function ensureEmbeddedDatabase(url: string): Promise<void> {
  await withClient(url, async (client) => {
    // Sessions of other processes wait here instead of failing on each other's work.
    await client.query('SELECT pg_advisory_lock(72707371)');
    const { rows } = await client.query<{ login: boolean; database: boolean }>(
      `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS login, EXISTS (SELECT FROM pg_database WHERE datname = $1) AS database`,
      [EMBEDDED_NAME],
    );
    if (!rows[0]!.login) await client.query(`CREATE ROLE ${EMBEDDED_NAME} LOGIN`);
    await ensureRoles(client, EMBEDDED_NAME);
    if (!rows[0]!.database) await client.query(`CREATE DATABASE ${EMBEDDED_NAME} OWNER ${EMBEDDED_NAME}`);
  });
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, options: '-c TimeZone=UTC' });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const { hostname, pathname } = new URL(url);
    throw databaseErrors.UNREACHABLE({ server: `${hostname}${pathname}`, reason: (error as Error).message }, error);
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
