import type { ApiKey, Prisma, Tx } from '@steelyard/platform-database';
import { keyErrors } from './errors.js';

/** Most keys of one organization that work at a time. */
export const LIVE_KEYS_MAX = 1_000;
/** Of keys that have ended, a list has so many: those made last. */
export const ENDED_KEYS_LISTED = 500;

/** An organization's keys that are neither revoked nor expired. Those of members who left are among them: they do nothing, and are there until somebody revokes them. */
export const liveKeys = (tenantId: string, now: Date): Prisma.ApiKeyWhereInput => ({ tenantId, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] });

const endedKeys = (tenantId: string, now: Date): Prisma.ApiKeyWhereInput => ({ tenantId, OR: [{ revokedAt: { not: null } }, { expiresAt: { lte: now } }] });

/** Lets one at a time make keys for an organization, until the transaction ends, so that none slips past the count. Before any key is locked. */
export async function lockKeys(tx: Tx, tenantId: string): Promise<void> {
  await tx.$queryRaw`SELECT FROM organization WHERE id = ${tenantId}::uuid FOR NO KEY UPDATE`;
}

/** Call it with keys locked. @throws AppError `IDENTITY.KEYS_FULL` */
export async function checkRoomForKey(tx: Tx, tenantId: string, now: Date): Promise<void> {
  if ((await tx.apiKey.count({ where: liveKeys(tenantId, now) })) >= LIVE_KEYS_MAX) throw keyErrors.KEYS_FULL({ max: LIVE_KEYS_MAX });
}

/** All that work, and the newest that have ended; newest first. */
export async function listKeys(tx: Tx, tenantId: string, now: Date): Promise<ApiKey[]> {
  const newestFirst: Prisma.ApiKeyOrderByWithRelationInput[] = [{ createdAt: 'desc' }, { id: 'asc' }];
  const live = await tx.apiKey.findMany({ where: liveKeys(tenantId, now), orderBy: newestFirst });
  const ended = await tx.apiKey.findMany({ where: endedKeys(tenantId, now), orderBy: newestFirst, take: ENDED_KEYS_LISTED });
  return [...live, ...ended].sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? -1 : 1));
}
