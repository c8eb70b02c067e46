import { beforeAll, expect, it } from '@jest/globals';
import { idTimeMs, newId } from '@steelyard/kernel';
import type { Pool } from '@steelyard/platform-database';
import { describeDatabase } from '@steelyard/test-support';
import fc from 'fast-check';
import { CALLERS_OWN_FAILURES } from './fault.js';
import { flushUsage } from './persistence/flush-usage.js';
import { ReadCalls } from './read-calls.js';
import type { DoneRecord } from './record.js';

const HOUR_MS = 60 * 60 * 1_000;

describeDatabase('what calls say of models', (context) => {
  const database = () => context.database();
  const nowMs = Date.now();
  const [consumer, provider] = [newId(), newId()];
  let calls: ReadCalls;

  beforeAll(() => {
    calls = new ReadCalls(database());
  });

  function call(of: { modelId: string; versionId?: string; ageMs?: number; totalMs?: number; errorCode?: string }): DoneRecord {
    const atMs = nowMs - (of.ageMs ?? 0);
    const { errorCode } = of;
    const charged = errorCode === undefined ? { quantity: 1n, amountNano: 100n, feeNano: 15n } : { quantity: 0n, amountNano: 0n, feeNano: 0n };
    return {
      eventId: newId(atMs),
      consumerTenantId: consumer,
      providerTenantId: provider,
      keyId: 'key1',
      modelId: of.modelId,
      versionId: of.versionId ?? newId(),
      priceId: newId(),
      status: errorCode === undefined ? 'succeeded' : 'failed',
      errorCode,
      unit: 'request',
      ...charged,
      currency: 'usd',
      queueMicros: 1,
      computeMicros: 2,
      totalMicros: (of.totalMs ?? 1) * 1_000,
      occurredAtMs: atMs + (of.totalMs ?? 1),
    };
  }

  const write = (records: readonly DoneRecord[]) => flushUsage(database().pool, records);

  it('counts the faults of the model and the platform, not what callers did wrong', async () => {
    const [modelId, versionId] = [newId(), newId()];
    const codes = ['RUNTIME.RUN_FAILED', 'ENGINE.RUNNER_LOST', 'ENGINE.LOAD_FAILED', 'INTERNAL', 'INPUT.INVALID', 'ENGINE.CANCELLED', 'ENGINE.OVERLOADED', 'ENGINE.DEADLINE_EXCEEDED', 'ENGINE.INPUT_TOO_LARGE'];
    await write([...codes.map((errorCode) => call({ modelId, versionId, errorCode })), call({ modelId, versionId })]);
    const of = await calls.ofVersions(modelId, { versionIds: [versionId], since: new Date(nowMs - HOUR_MS), newestMax: 100 });
    expect(of(versionId)).toMatchObject({ calls: 10, faults: 4 });
    expect(await calls.ofModel(modelId, { since: new Date(nowMs - HOUR_MS), sampleMax: 100 })).toMatchObject({ calls: 10, faults: 4, sampled: 1 });
  });

  it('counts by version, since a time, and of the newest only', async () => {
    const [modelId, one, other] = [newId(), newId(), newId()];
    const records = Array.from({ length: 100 }, (_, at) => call({ modelId, versionId: at % 4 === 0 ? one : other, ageMs: at * 1_000, totalMs: at + 1 }));
    await write([...records, call({ modelId, versionId: one, ageMs: HOUR_MS })]);
    const since = new Date(nowMs - 99_500);
    const all = await calls.ofVersions(modelId, { versionIds: [one, other], since, newestMax: 1_000 });
    expect([all(one), all(other)]).toEqual([
      { versionId: one, calls: 25, faults: 0, p95Micros: 89_000 },
      { versionId: other, calls: 75, faults: 0, p95Micros: 95_000 },
    ]);
    const newest = await calls.ofVersions(modelId, { versionIds: [one, newId()], since, newestMax: 40 });
    expect([newest(one).calls, newest(newId())]).toEqual([10, { calls: 0, faults: 0, p95Micros: null }]);
  });

  it('takes calls that ran out of time as at least that slow', async () => {
    const [modelId, versionId] = [newId(), newId()];
    await write(Array.from({ length: 20 }, () => call({ modelId, versionId, totalMs: 30_000, errorCode: 'ENGINE.DEADLINE_EXCEEDED' })));
    const of = await calls.ofVersions(modelId, { versionIds: [versionId], since: new Date(nowMs - HOUR_MS), newestMax: 100 });
    expect(of(versionId)).toMatchObject({ calls: 20, faults: 0, p95Micros: 30_000_000 });
  });

  it('takes no call as slow that waited for its version to be loaded', async () => {
    const [modelId, versionId] = [newId(), newId()];
    const waiting = Array.from({ length: 20 }, (_, at) => call({ modelId, versionId, ageMs: 10_000 - at, totalMs: 2_000 }));
    await write([...waiting, ...Array.from({ length: 20 }, (_, at) => call({ modelId, versionId, ageMs: 7_000 - at, totalMs: 5 }))]);
    const of = await calls.ofVersions(modelId, { versionIds: [versionId], since: new Date(nowMs - HOUR_MS), newestMax: 100 });
    expect(of(versionId)).toMatchObject({ calls: 40, p95Micros: 5_000 });
  });

  it('takes percentiles of the newest answered calls of a window', async () => {
    const modelId = newId();
    const records = Array.from({ length: 200 }, (_, at) => call({ modelId, ageMs: at * 1_000, totalMs: at + 1 }));
    await write(records);
    expect(await calls.ofModel(modelId, { since: new Date(nowMs - HOUR_MS), sampleMax: 100 })).toEqual({ calls: 200, faults: 0, p50Micros: 50_000, p95Micros: 95_000, sampled: 100 });
    expect(await calls.ofModel(modelId, { since: new Date(nowMs + HOUR_MS), sampleMax: 100 })).toEqual({ calls: 0, faults: 0, p50Micros: null, p95Micros: null, sampled: 0 });
    expect(await calls.calledSince(new Date(nowMs - 500))).toContain(modelId);
    expect(await calls.calledSince(new Date(nowMs + 500))).toEqual([]);
  });

  it('counts of any window what a count of its calls comes to, after any history', async () => {
    const models = [newId(), newId()];
    const firstMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS - 5 * HOUR_MS;
    const lines = [{ unit: 'input_token', quantity: 40n, amountNano: 60n }, { unit: 'output_token', quantity: 7n, amountNano: 40n }] as const;
    const shapes = fc.record({
      of: fc.nat(1),
      // Near the ends of hours and within them.
      atMs: fc.tuple(fc.nat(5), fc.constantFrom(0, 1, HOUR_MS / 2, HOUR_MS - 1)).map(([hour, ms]) => firstMs + hour * HOUR_MS + ms),
      errorCode: fc.option(fc.constantFrom('RUNTIME.RUN_FAILED', 'INTERNAL', 'INPUT.INVALID', 'ENGINE.CANCELLED'), { nil: undefined }),
      tag: fc.constantFrom('', 'nightly'),
      several: fc.boolean(),
    });
    // What is late comes into hours that were counted before.
    const history = fc.array(fc.record({ batch: fc.array(shapes, { maxLength: 8 }), sinceMs: fc.tuple(fc.nat(6), fc.constantFrom(-1, 0, 1, HOUR_MS / 2)).map(([hour, ms]) => firstMs + hour * HOUR_MS + ms) }), { minLength: 1, maxLength: 6 });
    const written: DoneRecord[] = [];
    let counted = 0;
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        for (const { batch, sinceMs } of steps) {
          const records = batch.map(({ of, atMs, errorCode, tag, several }): DoneRecord => ({
            ...call({ modelId: models[of]!, ageMs: nowMs - atMs, errorCode }), tag, ...(several && errorCode === undefined && { unit: 'input_token', lines }),
          }));
          await write(records);
          written.push(...records);
          for (const modelId of models) {
            const within = written.filter((record) => record.modelId === modelId && idTimeMs(record.eventId) >= sinceMs);
            const faults = within.filter(({ status, errorCode }) => status === 'failed' && !CALLERS_OWN_FAILURES.includes(errorCode!));
            const found = await calls.ofModel(modelId, { since: new Date(sinceMs), sampleMax: 10 });
            expect(found).toMatchObject({ calls: within.length, faults: faults.length, sampled: Math.min(10, within.filter(({ status }) => status === 'succeeded').length) });
            counted += within.length;
          }
        }
      }),
      { numRuns: 20, endOnFailure: true },
    );
    expect(counted).toBeGreaterThan(1_000);
  });

  it('reads the calls of one model among many by an index, never the table, and of them the failed and the newest', async () => {
    const [modelId, versionId] = [newId(), newId()];
    const insert = `
      INSERT INTO usage_event (id, batch_id, consumer_tenant_id, provider_tenant_id, key_id, model_id, version_id, price_id, status, unit, quantity,
                               amount_nano, fee_nano, currency, queue_micros, compute_micros, total_micros, occurred_at)
      SELECT (lpad(to_hex(($1::bigint - n)), 12, '0') || '7000' || '8' || lpad(to_hex(n), 15, '0'))::uuid, $2, $3, $4, 'key1',
             CASE WHEN n % 10 = 0 THEN $5::uuid ELSE gen_random_uuid() END, $6, $2, CASE WHEN n % 100 = 0 THEN 'failed' ELSE 'succeeded' END, 'request', 1, 0, 0, 'usd', 1, 1, n, now()
        FROM generate_series(1, 100000) AS n`;
    const { pool } = database();
    await pool.query(insert, [nowMs, newId(), consumer, provider, modelId, versionId]);
    await pool.query('SELECT usage_rebuild_hours($1, $2)', [new Date(nowMs - HOUR_MS).toISOString(), new Date(nowMs).toISOString()]);
    const rowsRead: number[] = [];
    const counting = {
      connect: async () => {
        const client = await pool.connect();
        const rowsSoFar = async () =>
          (await client.query<{ rows: number }>("SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::float8 AS rows FROM pg_stat_xact_user_tables WHERE relname LIKE 'usage_event%'")).rows[0]!.rows;
        const query = async (text: string, values?: unknown[]) => {
          if (values === undefined) return client.query(text);
          const before = await rowsSoFar();
          const result = await client.query(text, values);
          rowsRead.push((await rowsSoFar()) - before);
          return result;
        };
        return { query, release: (failure?: Error) => client.release(failure) };
      },
    } as unknown as Pool;
    const startedMs = performance.now();
    const found = await new ReadCalls({ ...database(), pool: counting }).ofModel(modelId, { since: new Date(nowMs - 7 * 24 * HOUR_MS), sampleMax: 100 });
    // A thousand failed ones, the sample and what is passed over on the way to it; not all ten thousand.
    expect(rowsRead).toEqual([expect.any(Number)]);
    expect(rowsRead[0]).toBeLessThan(4_000);
    expect(found).toMatchObject({ calls: 10_000, faults: 1_000, sampled: 100 });
    await calls.ofVersions(modelId, { versionIds: [versionId], since: new Date(nowMs - HOUR_MS), newestMax: 50_000 });
    // A scan of the table for each of 10,000 models is what must not creep in.
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    const bound = new Date(nowMs - HOUR_MS).getTime().toString(16).padStart(12, '0');
    const explain = await database().pool.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT total_micros FROM usage_event WHERE model_id = $1 AND id >= '${bound.slice(0, 8)}-${bound.slice(8)}-0000-0000-000000000000' ORDER BY id DESC LIMIT 100`,
      [newId()],
    );
    expect(explain.rows.map((row) => row['QUERY PLAN']).join('\n')).not.toMatch(/Seq Scan/);
  });
});
