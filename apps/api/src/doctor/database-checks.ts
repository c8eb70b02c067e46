import type { Config } from '@steelyard/platform-config';
import { databaseNowMs, sqlTransaction, type Database } from '@steelyard/platform-database';
import type { Finding, InstallationCheck } from '@steelyard/platform-observability';

const SKEW_WARN_MS = 500;
const SKEW_FAIL_MS = 5_000;

/** The database and how this server stands to it. */
export function databaseChecks(config: Pick<Config, 'databaseUrl'>, database: Pick<Database, 'pool' | 'description'>): InstallationCheck[] {
  return [
    { id: 'data.database', group: 'data', what: 'Database', look: () => lookAtServer(config, database) },
    { id: 'data.login', group: 'data', what: 'Login of the database', look: () => lookAtLogin(config, database) },
    { id: 'data.migrations', group: 'data', what: 'Migrations', look: () => lookAtMigrations(database) },
    { id: 'data.clock', group: 'data', what: 'Clock against the database', look: () => lookAtClock(database) },
    {
      id: 'data.backups',
      group: 'data',
      what: 'Backups',
      look: () => ({ level: 'warn', found: 'cannot be seen from here', why: 'Without them a lost disk is lost money.', fix: 'Back up the database, the folder of packages and the pepper, and try to restore them.' }),
    },
  ];
}

async function lookAtServer({ databaseUrl }: Pick<Config, 'databaseUrl'>, { pool, description }: Pick<Database, 'pool' | 'description'>): Promise<Finding> {
  if (databaseUrl === undefined) {
    return { level: 'warn', found: description, why: 'It runs beside this server, on its disk: no second server, no replica.', fix: 'Set DATABASE_URL to a PostgreSQL of its own, with replicas and archived logs.' };
  }
  const { rows } = await pool.query<{ tls: boolean; local: boolean }>(
    `SELECT coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS tls, coalesce(inet_client_addr() <<= '127.0.0.0/8' OR inet_client_addr() = '::1', true) AS local`,
  );
  const { tls, local } = rows[0]!;
  if (tls) return { level: 'ok', found: `${description}, by TLS` };
  if (local) return { level: 'ok', found: `${description}, on this machine` };
  return { level: 'fail', found: `${description}, without TLS`, why: 'What is asked and answered crosses the network for all to read.', fix: 'Add sslmode=verify-full to DATABASE_URL.' };
}

async function lookAtLogin({ databaseUrl }: Pick<Config, 'databaseUrl'>, { pool }: Pick<Database, 'pool'>): Promise<Finding> {
  const { rows } = await pool.query<{ name: string; mighty: boolean }>('SELECT rolname AS name, rolsuper OR rolbypassrls AS mighty FROM pg_roles WHERE rolname = session_user');
  const { name, mighty } = rows[0]!;
  // That of the embedded server is behind a socket of this user's alone.
  if (!mighty || databaseUrl === undefined) return { level: 'ok', found: name };
  return { level: 'warn', found: `${name} may do anything`, why: 'Row level security, which keeps tenants apart, does not bind it if a statement should ever run as it.', fix: 'Log in as a user without SUPERUSER and BYPASSRLS that owns the database.' };
}

async function lookAtMigrations({ pool }: Pick<Database, 'pool'>): Promise<Finding> {
  const count = await sqlTransaction(pool, async (client) => {
    // The roles that the server works in have no business with them.
    await client.query('SET LOCAL ROLE NONE');
    const text = 'SELECT count(*) FILTER (WHERE finished_at IS NOT NULL)::INT AS done, count(*) FILTER (WHERE finished_at IS NULL)::INT AS open FROM _prisma_migrations WHERE rolled_back_at IS NULL';
    return (await client.query<{ done: number; open: number }>(text)).rows[0]!;
  });
  if (count.open === 0) return { level: 'ok', found: `${count.done}, all complete` };
  return { level: 'fail', found: `${count.open} did not finish`, why: 'The schema may be half of one version and half of another.', fix: 'Restore the backup from before the upgrade, or finish them by hand.' };
}

async function lookAtClock({ pool }: Pick<Database, 'pool'>): Promise<Finding> {
  const beforeMs = Date.now();
  const databaseMs = await databaseNowMs(pool);
  const afterMs = Date.now();
  // Of the way there and back either half may be the longer one.
  const skewMs = Math.round(Math.max(0, Math.abs(databaseMs - (beforeMs + afterMs) / 2) - (afterMs - beforeMs) / 2));
  const found = `${skewMs} ms apart`;
  if (skewMs < SKEW_WARN_MS) return { level: 'ok', found };
  return { level: skewMs < SKEW_FAIL_MS ? 'warn' : 'fail', found, why: 'Keys, prices and months begin and end by these clocks.', fix: 'Let both machines follow a time server.' };
}
