import type { Tx } from '@steelyard/platform-database';
import { catalogErrors } from '../errors.js';
import { ownModel } from '../own-model.js';
import { checkReason } from '../reason.js';

export interface VersionWish {
  readonly tenantId: string;
  /** Name of the model, or `owner/name`. */
  readonly model: string;
  readonly version: string;
}

export interface DeprecationWish extends VersionWish {
  readonly sunsetAt: Date;
  /** The version that takes its place. */
  readonly successor?: string | undefined;
  readonly reason?: string | undefined;
}

interface ChangedVersion {
  readonly modelId: string;
  readonly versionId: string;
}

/**
 * Announces that a version goes. Announced again, with other dates, it stays deprecated since the first time.
 * @throws CATALOG.MODEL_NOT_FOUND, CATALOG.VERSION_NOT_FOUND, CATALOG.SUNSET_PASSED, CATALOG.SUCCESSOR_INVALID, CATALOG.REASON_INVALID
 */
export async function deprecateVersion(tx: Tx, wish: DeprecationWish): Promise<ChangedVersion> {
  const { tenantId, model, sunsetAt, successor, reason } = wish;
  checkReason(reason);
  const now = new Date();
  if (sunsetAt <= now) throw catalogErrors.SUNSET_PASSED({ sunsetAt: sunsetAt.toISOString() });
  const modelId = await ownModel(tx, { tenantId, model });
  const version = await readyVersion(tx, { ...wish, modelId });
  const successorId = successor === undefined ? null : await findSuccessor(tx, { ...wish, modelId, successor });
  const data = { deprecatedAt: version.deprecatedAt ?? now, sunsetAt, successorId, deprecationReason: reason ?? null };
  await tx.modelVersion.updateMany({ where: { tenantId, id: version.id }, data });
  return { modelId, versionId: version.id };
}

/**
 * Takes a deprecation back, also of a version that answers no more.
 * @throws CATALOG.MODEL_NOT_FOUND, CATALOG.VERSION_NOT_FOUND
 */
export async function restoreVersion(tx: Tx, wish: VersionWish): Promise<ChangedVersion> {
  const { tenantId, model } = wish;
  const modelId = await ownModel(tx, { tenantId, model });
  const version = await readyVersion(tx, { ...wish, modelId });
  const data = { deprecatedAt: null, sunsetAt: null, successorId: null, deprecationReason: null };
  await tx.modelVersion.updateMany({ where: { tenantId, id: version.id }, data });
  return { modelId, versionId: version.id };
}

async function readyVersion(tx: Tx, { tenantId, modelId, model, version }: VersionWish & { modelId: string }): Promise<{ id: string; deprecatedAt: Date | null }> {
  const where = { tenantId, modelId, version, state: 'ready' };
  const found = await tx.modelVersion.findFirst({ where, select: { id: true, deprecatedAt: true } });
  if (!found) throw catalogErrors.VERSION_NOT_FOUND({ ref: model, version });
  return found;
}

async function findSuccessor(tx: Tx, wish: VersionWish & { modelId: string; successor: string }): Promise<string> {
  const { version, successor } = wish;
  if (successor === version) throw catalogErrors.SUCCESSOR_INVALID({ successor, problem: 'is the version itself' });
  const found = await readyVersion(tx, { ...wish, version: successor });
  if (found.deprecatedAt) throw catalogErrors.SUCCESSOR_INVALID({ successor, problem: 'is deprecated too' });
  return found.id;
}
