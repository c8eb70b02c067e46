import type { Database } from '@steelyard/platform-database';
import { listModel } from './list-model.js';

/** Lists models that are not listed yet, as after an update whose lists hold more. Costs one look when there are none. */
export async function listMissingModels(database: Database): Promise<void> {
  const { rows } = await database.pool.query<{ tenant_id: string; id: string }>(
    `SELECT tenant_id, id FROM model m WHERE NOT EXISTS (SELECT FROM model_listing l WHERE l.tenant_id = m.tenant_id AND l.model_id = m.id)
        AND EXISTS (SELECT FROM model_version v WHERE v.tenant_id = m.tenant_id AND v.model_id = m.id)`,
  );
  for (const { tenant_id: tenantId, id: modelId } of rows) await database.withTenant(tenantId, (tx) => listModel(tx, { tenantId, modelId }));
}
