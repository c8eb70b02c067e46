import type { Prisma, Tx } from '@steelyard/platform-database';
import type { ModelId } from '../listing/list-model.js';
import type { Takedown, TakedownDecision } from './moderation.graphql-types.js';

export type TakedownRow = Prisma.ModelTakedownGetPayload<object>;

/** The newest takedown of a model, in force or not. */
export function latestTakedown(tx: Tx, { tenantId, modelId }: ModelId): Promise<TakedownRow | null> {
  return tx.modelTakedown.findFirst({ where: { tenantId, modelId }, orderBy: { id: 'desc' } });
}

export function toTakedown({ id, reason, createdAt, appeal, appealedAt, decision, decisionReason, decidedAt }: TakedownRow, ref: string): Takedown {
  return { id, ref, reason, since: createdAt, appeal, appealedAt, decision: decision as TakedownDecision | null, decisionReason, decidedAt };
}
