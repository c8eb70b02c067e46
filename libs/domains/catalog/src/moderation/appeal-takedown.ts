import type { Tx } from '@steelyard/platform-database';
import { catalogErrors } from '../errors.js';
import { ownModel } from '../own-model.js';
import { checkedNote } from './note.js';
import { latestTakedown } from './takedown.js';

export interface Appeal {
  readonly tenantId: string;
  readonly actorId: string;
  /** Name of the model, or `owner/name`. */
  readonly model: string;
  readonly note: string;
}

/**
 * Files the provider's one note on the takedown in force. Gives the model's id.
 * @throws CATALOG.MODEL_NOT_FOUND, CATALOG.NOTE_INVALID, CATALOG.NOT_TAKEN_DOWN, CATALOG.APPEALED_ALREADY
 */
export async function appealTakedown(tx: Tx, { tenantId, actorId, model, note }: Appeal): Promise<string> {
  const appeal = checkedNote(note);
  const modelId = await ownModel(tx, { tenantId, model });
  const takedown = await latestTakedown(tx, { tenantId, modelId });
  if (!takedown || takedown.decision === 'restored') throw catalogErrors.NOT_TAKEN_DOWN({ ref: model });
  if (takedown.appeal !== null) throw catalogErrors.APPEALED_ALREADY({ ref: model });
  await tx.modelTakedown.updateMany({ where: { tenantId, id: takedown.id }, data: { appeal, appealActorId: actorId, appealedAt: new Date() } });
  return modelId;
}
