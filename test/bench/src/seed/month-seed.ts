import type { Database } from '@steelyard/platform-database';
import { newId } from '@steelyard/kernel';

/** A month of usage: consumers, of whom the first makes most of the calls, and the models of two providers. */
export interface SeededMonth {
  readonly consumers: readonly string[];
  readonly events: number;
}

/** One call in a hundred fails. Every third is by request, the others by tokens with two components. */
const USAGE = `
  INSERT INTO usage_event (id, batch_id, consumer_tenant_id, provider_tenant_id, key_id, model_id, version_id, price_id, status, unit, quantity,
    amount_nano, fee_nano, currency, queue_micros, compute_micros, total_micros, occurred_at, lines, free_quantity, tag, period)
  SELECT (left(usage_id_bound(at)::TEXT, 14) || '7' || lpad(to_hex(n % 4096), 3, '0') || '-8' || lpad(to_hex(n / 4096 % 4096), 3, '0') || '-' || lpad(to_hex(n), 12, '0'))::UUID,
    $1, ($2::UUID[])[CASE WHEN n % 20 < 14 THEN 1 WHEN n % 20 < 17 THEN 2 WHEN n % 20 < 19 THEN 3 ELSE 4 END], w.provider, 'key-' || n % 5, w.model, w.version, w.price,
    CASE WHEN failed THEN 'failed' ELSE 'succeeded' END, w.unit, CASE WHEN failed THEN 0 ELSE quantity END,
    amount, amount * 15 / 100, 'usd', 10, 2000, 2500, at,
    CASE WHEN w.unit = 'input_token' AND NOT failed THEN jsonb_build_array(jsonb_build_array('input_token', quantity::TEXT, (quantity * 150)::TEXT), jsonb_build_array('output_token', (n % 700)::TEXT, (n % 700 * 600)::TEXT)) END,
    0, CASE WHEN n % 10 = 0 THEN 'nightly' ELSE '' END, $6
  FROM generate_series(0, $3::BIGINT - 1) AS n
  CROSS JOIN LATERAL (SELECT $4::TIMESTAMPTZ + INTERVAL '28 days' * (n::FLOAT8 / $3) AS at, n % 100 = 99 AS failed) AS t
  JOIN (SELECT * FROM unnest($5::UUID[], $7::UUID[], $8::UUID[], $9::UUID[], $10::TEXT[]) WITH ORDINALITY AS u (provider, model, version, price, unit, place)) AS w ON w.place = n % 3 + 1
  CROSS JOIN LATERAL (SELECT CASE w.unit WHEN 'request' THEN 1 ELSE n % 2000 + 1 END AS quantity) AS q
  CROSS JOIN LATERAL (SELECT CASE WHEN failed THEN 0 WHEN w.unit = 'request' THEN 3333333 ELSE quantity * 150 + n % 700 * 600 END AS amount) AS a`;

const REQUEST = [{ unit: 'request', amountNano: '3333333', per: '1' }];
const TOKENS = [{ unit: 'input_token', amountNano: '150000000', per: '1000000' }, { unit: 'output_token', amountNano: '600000000', per: '1000000' }];

/**
 * Writes as many calls as are wanted over 28 days, by one statement, with the columns, hourly sums and transfers that metering would write.
 * @param period yyyymm
 */
export async function seedMonth(database: Database, { events, period }: { readonly events: number; readonly period: number }): Promise<SeededMonth> {
  const consumers = await Promise.all(['large', 'medium', 'small', 'tiny'].map((name) => organization(database, `${name}-${period}`)));
  const providers = await Promise.all(['north', 'south'].map((name) => organization(database, `${name}-${period}`)));
  const owners = [providers[0]!, providers[0]!, providers[1]!];
  const wares = await Promise.all(owners.map((owner, index) => ware(database, owner, { name: `model-${index}`, components: index === 0 ? REQUEST : TOKENS })));
  const start = new Date(Date.UTC(Math.floor(period / 100), (period % 100) - 1, 1));
  const end = new Date(start.getTime() + 31 * 86_400_000);
  const { pool } = database;
  await pool.query('SELECT usage_ensure_parts($1, $2)', [start, end]);
  const units = ['request', 'input_token', 'input_token'];
  const columns = [owners, period, wares.map(({ modelId }) => modelId), wares.map(({ versionId }) => versionId), wares.map(({ priceId }) => priceId), units];
  await pool.query(USAGE, [newId(), consumers, events, start, ...columns]);
  await pool.query('SELECT usage_rebuild_hours($1, $2)', [start, end]);
  await post(database, period);
  await pool.query('ANALYZE usage_event');
  return { consumers, events };
}

async function organization(database: Database, handle: string): Promise<string> {
  const id = newId();
  await database.withPlatform((tx) => tx.organization.create({ data: { id, handle, name: handle } }));
  return id;
}

async function ware(database: Database, tenantId: string, { name, components }: { name: string; components: typeof REQUEST }) {
  const [modelId, versionId, priceId] = [newId(), newId(), newId()];
  await database.withPlatform(async (tx) => {
    await tx.model.create({ data: { tenantId, id: modelId, name, task: 'custom', visibility: 'public' } });
    await tx.modelVersion.create({ data: { tenantId, id: versionId, modelId, version: '1.0.0', digest: 'd', manifest: {}, files: [], card: '', samples: [], state: 'ready' } });
    await tx.price.create({ data: { tenantId, id: priceId, versionId, currency: 'usd', components } });
  });
  return { modelId, versionId, priceId };
}

/** The transfers that the calls add up to. */
async function post(database: Database, period: number): Promise<void> {
  await database.pool.query(
    `SELECT billing_post(gen_random_uuid(), array_agg(kind), array_agg(debit), array_agg(debit_kind), array_agg(credit), array_agg(credit_kind), array_agg(amount), array_agg('usd'::TEXT), 'seed')
     FROM (
       SELECT 'usage' AS kind, consumer_tenant_id AS debit, 'consumer_wallet' AS debit_kind, ledger_platform_id() AS credit, 'usage_clearing' AS credit_kind, sum(amount_nano)::BIGINT AS amount
       FROM usage_hour WHERE period = $1 GROUP BY 2
       UNION ALL SELECT 'usage_share', ledger_platform_id(), 'usage_clearing', provider_tenant_id, 'provider_payable', sum(amount_nano - fee_nano)::BIGINT FROM usage_hour WHERE period = $1 GROUP BY 4
       UNION ALL SELECT 'usage_fee', ledger_platform_id(), 'usage_clearing', ledger_platform_id(), 'platform_fee', sum(fee_nano)::BIGINT FROM usage_hour WHERE period = $1
     ) AS leg`,
    [period],
  );
}
