import type { Database } from '@steelyard/platform-database';
import { listModel } from './list-model.js';

/** Of one look: prices mostly change on the hour, and nobody should wait for thousands. */
const AT_ONCE_MAX = 200;

/** Lists models anew of which another price has come into force since they were listed. Costs one look when there are none. */
export async function relistChangedPrices(database: Database): Promise<void> {
  const { rows } = await database.pool.query<{ tenant_id: string; model_id: string }>({
    name: 'catalog-changed-prices',
    text: 'SELECT tenant_id, model_id FROM model_listing WHERE price_until <= now() ORDER BY price_until LIMIT $1',
    values: [AT_ONCE_MAX],
  });
  for (const { tenant_id: tenantId, model_id: modelId } of rows) await database.withTenant(tenantId, (tx) => listModel(tx, { tenantId, modelId }));
}
