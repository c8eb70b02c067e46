import type { Tx } from '@steelyard/platform-database';

const SHOWN = { kind: true, text: true, state: true, resolution: true, createdAt: true, resolvedAt: true } as const;

/** What somebody has told the operator of models, oldest first. */
export function reportsOf(tx: Tx, personId: string): Promise<object[]> {
  return tx.abuseReport.findMany({ where: { personId }, select: SHOWN, orderBy: { createdAt: 'asc' } });
}

export async function removeReportsOf(tx: Tx, personId: string): Promise<void> {
  await tx.abuseReport.deleteMany({ where: { personId } });
}
