import type { Tx } from '@steelyard/platform-database';
import { catalogErrors } from '../errors.js';
import { ownModel } from '../own-model.js';

/** What is kept of a model for its callers has all of them. */
const SHARES_MAX = 500;

export interface ShareWish {
  readonly tenantId: string;
  readonly actorId: string;
  /** Name of the model, or `owner/name`. */
  readonly model: string;
  /** The organization that it is shared with. */
  readonly handle: string;
}

type Share = ShareWish & { readonly withTenantId: string };

/** Gives the model's id; sharing twice changes nothing. @throws CATALOG.MODEL_NOT_FOUND, CATALOG.SHARES_FULL */
export async function shareModel(tx: Tx, { tenantId, actorId, model, withTenantId }: Share): Promise<string> {
  const modelId = await ownModel(tx, { tenantId, model });
  await tx.modelShare.createMany({ data: [{ tenantId, modelId, withTenantId, actorId }], skipDuplicates: true });
  if ((await tx.modelShare.count({ where: { tenantId, modelId } })) > SHARES_MAX) throw catalogErrors.SHARES_FULL({ model, max: SHARES_MAX });
  return modelId;
}

/** Gives the model's id; what is not shared stays so. @throws CATALOG.MODEL_NOT_FOUND */
export async function stopSharing(tx: Tx, { tenantId, model, withTenantId }: Share): Promise<string> {
  const modelId = await ownModel(tx, { tenantId, model });
  await tx.modelShare.deleteMany({ where: { tenantId, modelId, withTenantId } });
  return modelId;
}
