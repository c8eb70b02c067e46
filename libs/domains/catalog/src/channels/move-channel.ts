import type { Tx } from '@steelyard/platform-database';
import { catalogErrors } from '../errors.js';
import { ownModel } from '../own-model.js';
import { lockChannel, NO_CANARY, writeHistory, type ChannelEntry, type ChannelKey, type ChannelMove } from './channel-row.js';

/**
 * Points a channel to a ready version and writes who did it. A canary of the channel ends.
 * @throws CATALOG.MODEL_NOT_FOUND, CATALOG.VERSION_NOT_FOUND, CATALOG.VERSION_RETIRED
 */
export async function releaseVersion(tx: Tx, move: ChannelMove & { readonly version: string }): Promise<string> {
  const modelId = await ownModel(tx, move);
  const version = await tx.modelVersion.findFirst({
    where: { tenantId: move.tenantId, modelId, version: move.version, state: 'ready' },
    select: { id: true, sunsetAt: true },
  });
  if (!version) throw catalogErrors.VERSION_NOT_FOUND({ ref: move.model, version: move.version });
  if (version.sunsetAt && version.sunsetAt <= new Date()) {
    throw catalogErrors.VERSION_RETIRED({ version: `${move.model}@${move.version}`, sunsetAt: version.sunsetAt.toISOString(), successor: null });
  }
  await pointTo(tx, { ...move, modelId, versionId: version.id, action: 'release' });
  return modelId;
}

/**
 * Points a channel back to what it had before its latest release. A canary of the channel ends.
 * @throws CATALOG.MODEL_NOT_FOUND, CATALOG.CHANNEL_NOT_FOUND, CATALOG.NOTHING_TO_ROLL_BACK
 */
export async function rollBack(tx: Tx, move: ChannelMove): Promise<string> {
  const modelId = await ownModel(tx, move);
  const key = { tenantId: move.tenantId, modelId, name: move.channel };
  if (!(await lockChannel(tx, key))) throw catalogErrors.CHANNEL_NOT_FOUND({ ref: move.model, channel: move.channel });
  const where = { tenantId: move.tenantId, modelId, channelName: move.channel };
  const events = await tx.channelEvent.findMany({ where, orderBy: { id: 'asc' } });
  const earlier = earlierVersion(events);
  if (!earlier) throw catalogErrors.NOTHING_TO_ROLL_BACK({ model: move.model, channel: move.channel });
  await pointTo(tx, { ...move, modelId, versionId: earlier, action: 'rollback' });
  return modelId;
}

/** A release puts a version on a stack, a rollback takes one off: what would be on top after one more rollback. */
function earlierVersion(events: readonly { action: string; toVersionId: string }[]): string | undefined {
  const stack: string[] = [];
  for (const event of events) {
    if (event.action === 'rollback') stack.pop();
    else if (event.action === 'release' || event.action === 'canary-promoted') stack.push(event.toVersionId);
  }
  return stack.at(-2);
}

async function pointTo(tx: Tx, to: ChannelMove & { modelId: string; versionId: string; action: 'release' | 'rollback' }): Promise<void> {
  const key: ChannelKey = { tenantId: to.tenantId, modelId: to.modelId, name: to.channel };
  const before = await lockChannel(tx, key);
  await tx.channel.upsert({
    where: { tenantId_modelId_name: key },
    create: { ...key, versionId: to.versionId },
    update: { versionId: to.versionId, updatedAt: new Date(), ...NO_CANARY },
  });
  const entries: ChannelEntry[] = [{ action: to.action, fromVersionId: before?.versionId ?? null, toVersionId: to.versionId, actorId: to.actorId, reason: to.reason }];
  if (before?.canary) {
    const reason = `ended by a ${to.action} of the channel`;
    entries.unshift({ action: 'canary-stopped', fromVersionId: before.canary.versionId, toVersionId: before.versionId, actorId: to.actorId, reason });
  }
  await writeHistory(tx, key, entries);
}
