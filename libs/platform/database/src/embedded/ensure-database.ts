import pg from 'pg';
import { ensureRoles } from '../roles.js';
import { withClient } from '../with-client.js';
import { SUPERUSER } from './data-folder.js';
import type { EmbeddedServer } from './server.js';

/** Owns the databases, and is no superuser. */
const LOGIN = 'steelyard';

/** Several processes may set up the server at once; they take turns. */
const SETUP_LOCK = 72_707_371;

/** Makes the login, its roles and an empty database where they are missing, and gives the URL of the database. */
export async function ensureEmbeddedDatabase(server: EmbeddedServer, name: string): Promise<string> {
  await withClient(server.url('postgres', SUPERUSER), async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [SETUP_LOCK]);
    const { rows } = await client.query<{ login: boolean; database: boolean }>(
      `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS login, EXISTS (SELECT FROM pg_database WHERE datname = $2) AS database`,
      [LOGIN, name],
    );
    if (!rows[0]!.login) await client.query(`CREATE ROLE ${LOGIN} LOGIN`);
    await ensureRoles(client, LOGIN);
    if (!rows[0]!.database) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} OWNER ${LOGIN}`);
  });
  return server.url(name, LOGIN);
}
