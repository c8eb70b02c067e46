import { it } from '@jest/globals';
import { newId } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { Ledger } from '../ledger.js';

describeDatabase('speed', (context) => {
  it('measures', async () => {
    const pool = context.database().pool;
    const make = async (budgets: number) => {
      const ledger = new Ledger(context.database());
      const tenantId = newId();
      const modelId = newId();
      await ledger.credit({ tenantId, amountNano: 10n ** 15n, currency: 'usd', reason: 'x', transferId: newId() });
      const scopes = [{ scope: 'organization' }, { scope: 'key', key_id: 'key' }, { scope: 'model', model_id: modelId, provider_id: modelId }];
      for (const scope of scopes.slice(0, budgets)) {
        const row = { tenant_id: tenantId, id: newId(), name: 'b', period: 'month', limit_nano: '1000000000000000', currency: 'usd', hard: true, alert_percents: [80], created_by: 'x', created_at: new Date().toISOString(), ...scope };
        await pool.query('SELECT * FROM budget_set(jsonb_populate_record(NULL::budget, $1), true, now())', [JSON.stringify(row)]);
      }
      return async (ms: number) => {
        const from = performance.now();
        let n = 0;
        await Promise.all(Array.from({ length: 64 }, async () => {
          while (performance.now() - from < ms) {
            await ledger.reserve({ eventId: newId(), tenantId, currency: 'usd', amountNano: 7n, keyId: 'key', modelId, expiresAtMs: Date.now() + 60_000 });
            n += 1;
          }
        }));
        return n / ((performance.now() - from) / 1000);
      };
    };
    const cases = { 0: await make(0), 1: await make(1), 3: await make(3) };
    const results: Record<string, number[]> = {};
    for (const run of Object.values(cases)) await run(300);
    for (let round = 0; round < 5; round++) for (const [name, run] of Object.entries(cases)) (results[name] ??= []).push(Math.round(await run(1000)));
    process.stdout.write(`SPEED ${JSON.stringify(results)}\n`);
  }, 60_000);
});
