import { newId } from '@steelyard/kernel';
import type { Tx } from '@steelyard/platform-database';
import { catalogErrors } from '../errors.js';
import type { ModelId } from '../listing/list-model.js';
import { latestTakedown, type TakedownRow } from './takedown.js';

export interface Ruling extends ModelId {
  /** owner/name, as the operator named it. */
  readonly ref: string;
  readonly reason: string;
  readonly actorId: string;
}

/**
 * Takes a model down, and with it every open report of it off the list. The caller holds the model.
 * @throws CATALOG.TAKEN_DOWN_ALREADY
 */
export async function takeDownModel(tx: Tx, { tenantId, modelId, ref, reason, actorId }: Ruling): Promise<TakedownRow> {
  const inForce = await takedownInForce(tx, { tenantId, modelId });
  if (inForce) throw catalogErrors.TAKEN_DOWN_ALREADY({ ref, reason: inForce.reason });
  const now = new Date();
  await tx.model.updateMany({ where: { tenantId, id: modelId }, data: { takenDownAt: now } });
  await tx.abuseReport.updateMany({ where: { ownerId: tenantId, modelId, state: 'open' }, data: { state: 'taken-down', resolution: reason, resolvedAt: now } });
  return tx.modelTakedown.create({ data: { tenantId, id: newId(), modelId, reason, actorId, createdAt: now } });
}

/**
 * Answers what a provider said to a takedown, or thinks better of it: a model that is restored answers and is listed as before.
 * @throws CATALOG.NOT_TAKEN_DOWN
 */
export async function decideTakedown(tx: Tx, decision: 'kept' | 'restored', { tenantId, modelId, ref, reason }: Ruling): Promise<TakedownRow> {
  const inForce = await takedownInForce(tx, { tenantId, modelId });
  if (!inForce) throw catalogErrors.NOT_TAKEN_DOWN({ ref });
  if (decision === 'restored') await tx.model.updateMany({ where: { tenantId, id: modelId }, data: { takenDownAt: null } });
  const where = { tenantId_id: { tenantId, id: inForce.id } };
  return tx.modelTakedown.update({ where, data: { decision, decisionReason: reason, decidedAt: new Date() } });
}

async function takedownInForce(tx: Tx, id: ModelId): Promise<TakedownRow | undefined> {
  const latest = await latestTakedown(tx, id);
  return latest && latest.decision !== 'restored' ? latest : undefined;
}
