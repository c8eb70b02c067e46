import { newId } from '@steelyard/kernel';
import type { Prisma, Tx } from '@steelyard/platform-database';
import { columnsOf } from '../prices/price-row.js';
import { catalogErrors } from '../errors.js';
import type { VersionDraft } from './version.js';

/** When the price that a version is published with comes into force: whatever the clocks of the database and of its servers say, it has one. */
const FROM_THE_START = new Date(0);

/**
 * Writes a version in state `testing`, with its price, under a model that is made when it is new.
 * @throws CATALOG.VERSION_EXISTS, CATALOG.TASK_CHANGED
 */
export async function draftVersion(tx: Tx, draft: VersionDraft): Promise<{ modelId: string; versionId: string }> {
  const model = await openModel(tx, draft);
  await clearNumber(tx, draft, model.id);
  const versionId = newId();
  const key = { tenantId: draft.tenantId, id: versionId };
  await tx.modelVersion.create({
    data: {
      ...key,
      modelId: model.id,
      version: draft.manifest.version,
      digest: draft.digest,
      manifest: draft.manifest as unknown as Prisma.InputJsonValue,
      files: draft.files as unknown as Prisma.InputJsonValue,
      card: draft.card,
      samples: draft.samples as Prisma.InputJsonValue,
      ...(draft.signature && { signature: draft.signature }),
    },
  });
  await tx.price.create({ data: { tenantId: draft.tenantId, id: newId(), versionId, effectiveAt: FROM_THE_START, ...columnsOf(draft.price) } });
  return { modelId: model.id, versionId };
}

/** Makes the model if it is new, and locks it: drafts of one model are made one after the other. */
async function openModel(tx: Tx, draft: VersionDraft): Promise<{ id: string }> {
  const { tenantId, manifest } = draft;
  const [model] = await tx.$queryRaw<{ id: string; task: string }[]>`
    INSERT INTO model (tenant_id, id, name, task) VALUES (${tenantId}::uuid, ${newId()}::uuid, ${manifest.name}, ${manifest.task})
    ON CONFLICT (tenant_id, name) DO UPDATE SET name = EXCLUDED.name
    RETURNING id, task`;
  if (model!.task !== manifest.task) throw catalogErrors.TASK_CHANGED({ model: manifest.name, was: model!.task, is: manifest.task });
  return model!;
}

/** Makes room for the version number: a draft that never became ready goes, a ready version stays and refuses. */
async function clearNumber(tx: Tx, draft: VersionDraft, modelId: string): Promise<void> {
  const { tenantId, manifest, digest } = draft;
  const [taken] = await tx.$queryRaw<{ id: string; state: string; digest: string }[]>`
    SELECT id, state, digest FROM model_version
     WHERE tenant_id = ${tenantId}::uuid AND model_id = ${modelId}::uuid AND version = ${manifest.version}
       FOR UPDATE`;
  if (!taken) return;
  if (taken.state === 'ready') {
    throw catalogErrors.VERSION_EXISTS({ label: `${manifest.name}@${manifest.version}`, sameContent: taken.digest === digest });
  }
  await tx.price.deleteMany({ where: { tenantId, versionId: taken.id } });
  await tx.modelVersion.delete({ where: { tenantId_id: { tenantId, id: taken.id } } });
}
