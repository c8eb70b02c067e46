import type { Tx } from '@steelyard/platform-database';

/** What an organization is called now, within a transaction that is its own or the platform's. */
export async function organizationIn(tx: Tx, id: string): Promise<{ handle: string; name: string }> {
  return tx.organization.findUniqueOrThrow({ where: { id }, select: { handle: true, name: true } });
}
