import { setTimeout as pause } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import { databaseErrors } from './errors.js';

/** Sees and writes what row level security gives to one tenant. */
export const TENANT_ROLE = 'steelyard_tenant';
/** Sees every tenant, by policies and not by BYPASSRLS. */
export const PLATFORM_ROLE = 'steelyard_platform';

const ROLES = [TENANT_ROLE, PLATFORM_ROLE] as const;

/**
 * Makes the two roles that sessions act in, and lets `user` (the connected one by default) act in them. Roles belong to the
 * whole server, so any number of databases and processes may be at this at the same moment.
 * @throws AppError DATABASE.ROLES_REFUSED with the SQL that an administrator has to run.
 */
export async function ensureRoles(client: ClientBase, user?: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>('SELECT current_user AS name');
  const grantee = user ?? rows[0]!.name;
  for (const role of ROLES) {
    if (await mayActAs(client, { role, grantee })) continue;
    const quoted = `"${grantee.replaceAll('"', '""')}"`;
    await tolerant(client, grantee, `CREATE ROLE ${role} NOLOGIN`);
    await tolerant(client, grantee, `GRANT ${role} TO ${quoted}`);
  }
}

async function mayActAs(client: ClientBase, { role, grantee }: { role: string; grantee: string }): Promise<boolean> {
  const { rows } = await client.query<{ may: boolean }>(
    // From PostgreSQL 16 on, a membership may come without the right to SET ROLE.
    `SELECT CASE WHEN current_setting('server_version_num')::int >= 160000
            THEN pg_has_role($2, oid, 'SET') ELSE pg_has_role($2, oid, 'MEMBER') END AS may FROM pg_roles WHERE rolname = $1`,
    [role, grantee],
  );
  return rows[0]?.may ?? false;
}

const DUPLICATE_OBJECT = '42710';
const UNIQUE_VIOLATION = '23505';
const INTERNAL_ERROR = 'XX000';

async function tolerant(client: ClientBase, user: string, sql: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query(sql);
      return;
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      if (code === DUPLICATE_OBJECT || code === UNIQUE_VIOLATION) return;
      if (code === INTERNAL_ERROR && message.includes('concurrently updated') && attempt < 50) await pause(attempt);
      else throw databaseErrors.ROLES_REFUSED({ user, reason: message, sql: statements(user) }, error);
    }
  }
}

function statements(user: string): string {
  return [...ROLES.map((role) => `CREATE ROLE ${role} NOLOGIN`), `GRANT ${ROLES.join(', ')} TO "${user}"`].join('; ');
}
