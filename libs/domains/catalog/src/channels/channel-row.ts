import { newId } from '@steelyard/kernel';
import type { Tx } from '@steelyard/platform-database';
import { checkReason } from '../reason.js';

/** What is to be done with a channel of a model, by whom and why. */
export interface ChannelMove {
  readonly tenantId: string;
  /** A key's id, `person:<id>`, or `steelyard` for what the platform does by itself. */
  readonly actorId: string;
  /** Name of the model, or `owner/name`. */
  readonly model: string;
  readonly channel: string;
  readonly reason?: string | undefined;
}

export interface ChannelKey {
  readonly tenantId: string;
  readonly modelId: string;
  readonly name: string;
}

export interface ChannelRow {
  readonly versionId: string;
  /** `undefined` when no canary runs. */
  readonly canary: { readonly versionId: string; readonly percent: number; readonly startedAt: Date } | undefined;
}

export type ChannelAction = 'release' | 'rollback' | 'canary' | 'canary-promoted' | 'canary-stopped' | 'canary-rolled-back';

export interface ChannelEntry {
  readonly action: ChannelAction;
  readonly fromVersionId: string | null;
  readonly toVersionId: string;
  readonly actorId: string;
  readonly reason?: string | undefined;
}

/** Reads a channel and keeps every other mover of it waiting until this transaction ends. `undefined` when there is none yet. */
export async function lockChannel(tx: Tx, { tenantId, modelId, name }: ChannelKey): Promise<ChannelRow | undefined> {
  await tx.$queryRaw`SELECT FROM channel WHERE tenant_id = ${tenantId}::uuid AND model_id = ${modelId}::uuid AND name = ${name} FOR UPDATE`;
  const row = await tx.channel.findUnique({ where: { tenantId_modelId_name: { tenantId, modelId, name } } });
  if (!row) return undefined;
  const { versionId, canaryVersionId, canaryPercent, canaryStartedAt } = row;
  const canary = canaryVersionId === null ? undefined : { versionId: canaryVersionId, percent: canaryPercent!, startedAt: canaryStartedAt! };
  return { versionId, canary };
}

/** What a channel's columns are when no canary runs on it. */
export const NO_CANARY = { canaryVersionId: null, canaryPercent: null, canaryStartedAt: null };

/** Writes what happened to a channel, in this order. @throws CATALOG.REASON_INVALID */
export async function writeHistory(tx: Tx, key: ChannelKey, entries: readonly ChannelEntry[]): Promise<void> {
  for (const { reason } of entries) checkReason(reason);
  const nowMs = Date.now();
  await tx.channelEvent.createMany({
    data: entries.map((entry, at) => ({
      ...entry,
      tenantId: key.tenantId,
      modelId: key.modelId,
      channelName: key.name,
      // History is read in the order of the ids, and two of one millisecond have none.
      id: newId(nowMs + at),
      reason: entry.reason ?? null,
    })),
  });
}
