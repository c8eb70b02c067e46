import type { Pool } from '@steelyard/platform-database';

/**
 * The id of an organization. The one place where the ledger reads a table of identity, by SQL and as the platform: identity
 * is above it, and an operator's credit names the organization as people do.
 */
export async function findOrganizationId(pool: Pool, handle: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ id: string }>('SELECT id FROM organization WHERE handle = $1', [handle]);
  return rows[0]?.id;
}
