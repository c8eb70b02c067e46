import type { Tx } from '@steelyard/platform-database';
import { catalogErrors } from '../errors.js';
import { ownModel } from '../own-model.js';
import { lockChannel, writeHistory, type ChannelMove } from './channel-row.js';

export interface CanaryStart extends ChannelMove {
  readonly version: string;
  /** Of the channel's calls, 1 to 99. */
  readonly percent: number;
}

/**
 * Gives a share of a channel's calls to a candidate; for the candidate that has one already, another share.
 * @throws CATALOG.CANARY_PERCENT_INVALID, CATALOG.MODEL_NOT_FOUND, CATALOG.CHANNEL_NOT_FOUND, CATALOG.VERSION_NOT_FOUND,
 *   CATALOG.CANDIDATE_IS_STABLE, CATALOG.CANDIDATE_RETIRED, CATALOG.CANARY_RUNNING
 */
export async function startCanary(tx: Tx, start: CanaryStart): Promise<string> {
  const { tenantId, percent } = start;
  if (!Number.isInteger(percent) || percent < 1 || percent > 99) throw catalogErrors.CANARY_PERCENT_INVALID({ percent });
  const modelId = await ownModel(tx, start);
  const key = { tenantId, modelId, name: start.channel };
  const channel = await lockChannel(tx, key);
  if (!channel) throw catalogErrors.CHANNEL_NOT_FOUND({ ref: start.model, channel: start.channel });
  const candidateId = await findCandidate(tx, { ...start, modelId, stableId: channel.versionId });
  if (channel.canary && channel.canary.versionId !== candidateId) throw catalogErrors.CANARY_RUNNING({ model: start.model, channel: start.channel });
  await tx.channel.update({
    where: { tenantId_modelId_name: key },
    data: { canaryVersionId: candidateId, canaryPercent: percent, canaryStartedAt: channel.canary?.startedAt ?? new Date(), updatedAt: new Date() },
  });
  const reason = `${percent} % of calls${start.reason ? `: ${start.reason}` : ''}`;
  await writeHistory(tx, key, [{ action: 'canary', fromVersionId: channel.versionId, toVersionId: candidateId, actorId: start.actorId, reason }]);
  return modelId;
}

async function findCandidate(tx: Tx, wish: CanaryStart & { modelId: string; stableId: string }): Promise<string> {
  const { tenantId, modelId, version, model } = wish;
  const found = await tx.modelVersion.findFirst({ where: { tenantId, modelId, version, state: 'ready' }, select: { id: true, sunsetAt: true } });
  if (!found) throw catalogErrors.VERSION_NOT_FOUND({ ref: model, version });
  if (found.id === wish.stableId) throw catalogErrors.CANDIDATE_IS_STABLE({ model, version, channel: wish.channel });
  if (found.sunsetAt && found.sunsetAt <= new Date()) throw catalogErrors.CANDIDATE_RETIRED({ model, version });
  return found.id;
}
