import type { DatabaseOptions } from './database.js';
import { ensureEmbeddedDatabase } from './embedded/ensure-database.js';
import { Lease } from './embedded/lease.js';
import { databaseErrors } from './errors.js';
import { migrate, readMigrations } from './migrate.js';
import { ensureRoles, PLATFORM_ROLE } from './roles.js';
import { withClient } from './with-client.js';

const VERSION_MIN = 15;

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
    const url = await ensureEmbeddedDatabase(lease.server, 'steelyard');
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
    await client.query(`SET ROLE ${PLATFORM_ROLE}`);
    await client.query(`SELECT usage_ensure_parts(now(), now() + interval '2 months')`);
    return version;
  });
}
