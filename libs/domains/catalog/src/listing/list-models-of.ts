import type { Database } from '@steelyard/platform-database';
import { listModel } from './list-model.js';

/** Lists an owner's models anew, each by itself: what is listed of them holds the owner's name, too. */
export async function listModelsOf(database: Database, tenantId: string): Promise<void> {
  const models = await database.withTenant(tenantId, (tx) => tx.model.findMany({ where: { tenantId }, select: { id: true } }));
  for (const { id: modelId } of models) await database.withTenant(tenantId, (tx) => listModel(tx, { tenantId, modelId }));
}
