import { defineErrors } from '@steelyard/kernel';

/** Failures of the database layer. Most are found at start-up and are for the operator. */
export const databaseErrors = defineErrors('DATABASE', {
  NO_EMBEDDED_SERVER: {
    kind: 'not-configured',
    message: (p: { platform: string; reason: string }) => `No embedded PostgreSQL for ${p.platform}: ${p.reason}`,
    fix: 'Install again without leaving out optional dependencies, or set DATABASE_URL to a PostgreSQL 15 or newer.',
  },
  FOREIGN_DATA_FOLDER: {
    kind: 'not-configured',
    message: (p: { folder: string; found: string; expected: string }) =>
      `${p.folder} was made by PostgreSQL ${p.found}, but the embedded server is PostgreSQL ${p.expected}`,
    fix: (p: { folder: string; found: string }) =>
      `Dump it with PostgreSQL ${p.found} and load the dump into a new data folder, or point STEELYARD_DATA_DIR at another folder.`,
  },
  INCOMPLETE_DATA_FOLDER: {
    kind: 'not-configured',
    message: (p: { folder: string }) => `${p.folder} is not empty and is no PostgreSQL data folder: it has no PG_VERSION`,
    fix: 'Move what is in it elsewhere, or point STEELYARD_DATA_DIR at another folder.',
  },
  START_FAILED: {
    kind: 'unavailable',
    retryable: false,
    message: (p: { what: string; output: string }) => `The embedded PostgreSQL could not ${p.what}:\n${p.output}`,
  },
  UNREACHABLE: {
    kind: 'unavailable',
    message: (p: { server: string; reason: string }) => `PostgreSQL at ${p.server} cannot be reached: ${p.reason}`,
    fix: 'Check DATABASE_URL and that the server accepts connections from here.',
  },
  SERVER_TOO_OLD: {
    kind: 'not-configured',
    message: (p: { found: string; minimum: number }) => `PostgreSQL ${p.found} is too old: ${p.minimum} or newer is needed`,
    fix: 'Upgrade the server that DATABASE_URL names, or unset it to use the embedded one.',
  },
  ROLES_REFUSED: {
    kind: 'not-configured',
    message: (p: { user: string; reason: string; sql: string }) => `The database user ${p.user} may not set up the roles that tenants are kept apart by: ${p.reason}`,
    fix: (p: { sql: string }) => `Let an administrator of the server run: ${p.sql}`,
  },
  MIGRATION_EDITED: {
    kind: 'conflict',
    message: (p: { migration: string }) => `Migration ${p.migration} was edited after it was applied`,
    fix: 'Restore the file as it was and put the change into a new migration.',
  },
  MIGRATION_UNFINISHED: {
    kind: 'conflict',
    message: (p: { migration: string }) => `Migration ${p.migration} was begun by another tool and did not finish`,
    fix: 'Repair the database by hand, then set finished_at or rolled_back_at of its row in _prisma_migrations.',
  },
  MIGRATION_FAILED: {
    kind: 'internal',
    message: (p: { migration: string; reason: string }) => `Migration ${p.migration} failed and was rolled back: ${p.reason}`,
  },
  TENANT_INVALID: {
    kind: 'internal',
    message: (p: { tenantId: string }) => `"${p.tenantId}" is no tenant id`,
  },
  NO_ANSWER: {
    kind: 'unavailable',
    message: (_: Record<string, never>) => 'The database has not answered in time',
    fix: 'Send it again in a moment. For the operator: look for what others wait for in pg_stat_activity, and at the connection to the server.',
  },
  CLOSED: {
    kind: 'unavailable',
    message: (_: Record<string, never>) => 'The database is closed',
  },
});
