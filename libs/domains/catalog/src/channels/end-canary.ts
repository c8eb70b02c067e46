import { PLATFORM_ACTOR_ID } from '@steelyard/kernel';
import type { Tx } from '@steelyard/platform-database';
import { catalogErrors } from '../errors.js';
import { ownModel } from '../own-model.js';
import { lockChannel, NO_CANARY, writeHistory, type ChannelKey, type ChannelMove } from './channel-row.js';

/** A canary as it was when it was looked at. */
export interface CanaryKey {
  readonly tenantId: string;
  readonly modelId: string;
  readonly channel: string;
  readonly versionId: string;
  readonly startedAt: Date;
}

/**
 * Points a channel to its candidate. For `rollback` that is a release like any other.
 * @throws CATALOG.MODEL_NOT_FOUND, CATALOG.NO_CANARY
 */
export async function promoteCanary(tx: Tx, move: ChannelMove): Promise<string> {
  const { key, stableId, candidateId } = await runningCanary(tx, move);
  await tx.channel.update({ where: { tenantId_modelId_name: key }, data: { versionId: candidateId, updatedAt: new Date(), ...NO_CANARY } });
  await writeHistory(tx, key, [{ action: 'canary-promoted', fromVersionId: stableId, toVersionId: candidateId, actorId: move.actorId, reason: move.reason }]);
  return key.modelId;
}

/**
 * Gives the candidate no more calls.
 * @throws CATALOG.MODEL_NOT_FOUND, CATALOG.NO_CANARY
 */
export async function stopCanary(tx: Tx, move: ChannelMove): Promise<string> {
  const { key, stableId, candidateId } = await runningCanary(tx, move);
  await endCanary(tx, key);
  await writeHistory(tx, key, [{ action: 'canary-stopped', fromVersionId: candidateId, toVersionId: stableId, actorId: move.actorId, reason: move.reason }]);
  return key.modelId;
}

/** Stops this very canary in the platform's name; `false` when it has ended meanwhile, or another has begun. */
export async function rollBackCanary(tx: Tx, canary: CanaryKey, reason: string): Promise<boolean> {
  const key = { tenantId: canary.tenantId, modelId: canary.modelId, name: canary.channel };
  const channel = await lockChannel(tx, key);
  if (channel?.canary?.versionId !== canary.versionId || channel.canary.startedAt.getTime() !== canary.startedAt.getTime()) return false;
  await endCanary(tx, key);
  const entry = { action: 'canary-rolled-back', fromVersionId: canary.versionId, toVersionId: channel.versionId, actorId: PLATFORM_ACTOR_ID, reason } as const;
  await writeHistory(tx, key, [entry]);
  return true;
}

async function runningCanary(tx: Tx, move: ChannelMove): Promise<{ key: ChannelKey; stableId: string; candidateId: string }> {
  const modelId = await ownModel(tx, move);
  const key = { tenantId: move.tenantId, modelId, name: move.channel };
  const channel = await lockChannel(tx, key);
  if (!channel?.canary) throw catalogErrors.NO_CANARY({ model: move.model, channel: move.channel });
  return { key, stableId: channel.versionId, candidateId: channel.canary.versionId };
}

async function endCanary(tx: Tx, key: ChannelKey): Promise<void> {
  await tx.channel.update({ where: { tenantId_modelId_name: key }, data: { ...NO_CANARY, updatedAt: new Date() } });
}
