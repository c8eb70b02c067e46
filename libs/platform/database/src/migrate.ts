import { createHash, randomUUID } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ClientBase } from 'pg';
import { databaseErrors } from './errors.js';

/** One folder of `prisma/migrations`. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** sha256 of the file, in hex, as Prisma's own tools record it. */
  readonly checksum: string;
}

/** The repository's `prisma/migrations`, equally far from `src` and from `dist`. */
export const MIGRATIONS_DIR = fileURLToPath(new URL('../../../../prisma/migrations', import.meta.url));

/** Held while migrations are applied; per database. */
const MIGRATION_LOCK = 72_707_369;

/** Reads all migrations in the order in which they apply. */
export async function readMigrations(dir: string = MIGRATIONS_DIR): Promise<Migration[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(dir, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/**
 * Applies what the database lacks, each migration in a transaction of its own, and gives the names of those applied. The
 * table is that of `prisma migrate deploy`. Whoever comes second, while another process is at it, waits and finds it done.
 * @throws AppError DATABASE.MIGRATION_EDITED, MIGRATION_UNFINISHED or MIGRATION_FAILED (rolled back; those before it stay).
 */
export async function migrate(client: ClientBase, migrations: readonly Migration[]): Promise<string[]> {
  await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
  try {
    const pending = await findPending(client, migrations);
    for (const migration of pending) await apply(client, migration);
    return pending.map(({ name }) => name);
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
  }
}

async function findPending(client: ClientBase, migrations: readonly Migration[]): Promise<Migration[]> {
  const { rows: tables } = await client.query<{ found: boolean }>(`SELECT to_regclass('public._prisma_migrations') IS NOT NULL AS found`);
  if (!tables[0]!.found) {
    await client.query(`CREATE TABLE public._prisma_migrations (
      id varchar(36) PRIMARY KEY NOT NULL, checksum varchar(64) NOT NULL, finished_at timestamptz,
      migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz,
      started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`);
  }
  const { rows } = await client.query<{ name: string; checksum: string; finished: boolean }>(
    'SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished FROM public._prisma_migrations WHERE rolled_back_at IS NULL',
  );
  const applied = new Map(rows.map((row) => [row.name, row]));
  return migrations.filter(({ name, checksum }) => {
    const row = applied.get(name);
    if (!row) return true;
    if (!row.finished) throw databaseErrors.MIGRATION_UNFINISHED({ migration: name });
    if (row.checksum !== checksum) throw databaseErrors.MIGRATION_EDITED({ migration: name });
    return false;
  });
}

async function apply(client: ClientBase, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    // Without parameters this is the simple protocol, which takes a script of many statements as it is.
    await client.query(sql);
    await client.query(
      'INSERT INTO public._prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ($1, $2, $3, clock_timestamp(), 1)',
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw databaseErrors.MIGRATION_FAILED({ migration: name, reason: (error as Error).message }, error);
  }
}
