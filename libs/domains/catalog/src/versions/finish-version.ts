import type { Prisma, Tx } from '@steelyard/platform-database';
import { catalogErrors } from '../errors.js';
import { holdModel } from '../listing/list-model.js';
import type { VersionId, VersionOutcome } from './version.js';

/**
 * Ends a version's trial. Gives the model's id, or `undefined` when a draft that failed is gone already.
 * @throws CATALOG.VERSION_GONE
 */
export async function finishVersion(tx: Tx, { tenantId, versionId }: VersionId, outcome: VersionOutcome): Promise<string | undefined> {
  const version = await tx.modelVersion.findUnique({ where: { tenantId_id: { tenantId, id: versionId } }, select: { modelId: true } });
  if (version) await holdModel(tx, { tenantId, modelId: version.modelId });
  const changed = await tx.modelVersion.updateMany({
    where: { tenantId, id: versionId, state: 'testing' },
    data: outcome.ready ? { state: 'ready', measurements: outcome.measurements as unknown as Prisma.InputJsonValue } : { state: 'rejected' },
  });
  if (changed.count === 0 && outcome.ready) throw catalogErrors.VERSION_GONE({ versionId });
  return version?.modelId;
}
