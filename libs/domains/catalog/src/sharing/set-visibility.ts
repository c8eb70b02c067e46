import type { Manifest } from '@steelyard/model-package';
import type { Tx } from '@steelyard/platform-database';
import { catalogErrors } from '../errors.js';
import { ownModel } from '../own-model.js';
import type { ModelVisibility } from '../reach.js';
import { missingForPublic } from './missing-for-public.js';

export interface VisibilityWish {
  readonly tenantId: string;
  /** Name of the model, or `owner/name`. */
  readonly model: string;
  readonly visibility: ModelVisibility;
}

/**
 * Gives the model's id. A model that is public already stays so, whatever its versions state.
 * @throws CATALOG.MODEL_NOT_FOUND, CATALOG.NOT_FIT_FOR_PUBLIC
 */
export async function setVisibility(tx: Tx, { tenantId, model, visibility }: VisibilityWish): Promise<string> {
  const id = await ownModel(tx, { tenantId, model });
  const was = await tx.model.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } }, select: { visibility: true } });
  if (visibility === 'public' && was.visibility !== 'public') {
    const missing = missingForPublic(await shownManifest(tx, tenantId, id));
    if (missing.length > 0) throw catalogErrors.NOT_FIT_FOR_PUBLIC({ model, missing });
  }
  await tx.model.updateMany({ where: { tenantId, id }, data: { visibility } });
  return id;
}

async function shownManifest(tx: Tx, tenantId: string, modelId: string): Promise<Manifest> {
  const { versionId } = await tx.modelListing.findUniqueOrThrow({ where: { tenantId_modelId: { tenantId, modelId } }, select: { versionId: true } });
  const { manifest } = await tx.modelVersion.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id: versionId } }, select: { manifest: true } });
  return manifest as unknown as Manifest;
}
