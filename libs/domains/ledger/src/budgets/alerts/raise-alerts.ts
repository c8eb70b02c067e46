import { plainArray, textArray, type Pool } from '@steelyard/platform-database';
import type { Notices } from './noticed.js';

/** Writes down the thresholds that were passed and gives how many were; each once, on however many servers. Errors are those of `pg`. */
export async function raiseAlerts(pool: Pool, { tenantIds, refusals }: Notices, nowMs: number): Promise<number> {
  const values = [
    tenantIds === undefined ? null : plainArray(tenantIds),
    textArray(refusals.map(({ tenantId }) => tenantId)),
    plainArray(refusals.map(({ budgetId }) => budgetId)),
    plainArray(refusals.map(({ eventId }) => eventId)),
    new Date(nowMs).toISOString(),
  ];
  const { rows } = await pool.query<{ raised: number }>({ name: 'budget_raise_alerts', text: 'SELECT budget_raise_alerts($1, $2, $3, $4, $5) AS raised', values });
  return rows[0]!.raised;
}
