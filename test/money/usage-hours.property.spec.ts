import { beforeAll, expect, it } from '@jest/globals';
import { flushUsage, RebuildUsageHours, type DoneRecord } from '@steelyard/domain-metering';
import { newId } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import fc from 'fast-check';

const HOUR_MS = 60 * 60 * 1_000;
const RUNS = 30;
/** The hours that calls are let in: over midnight, and into the next month. */
const FIRST_MS = Date.parse('2026-10-31T22:00:00Z');
const HOURS = 5;
const period = { from: new Date(FIRST_MS), to: new Date(FIRST_MS + HOURS * HOUR_MS) };

interface Shape {
  readonly hour: number;
  readonly who: number;
  readonly kind: 'one' | 'several' | 'free' | 'failed' | 'nothing';
  readonly tag: string;
  readonly amount: number;
}

const shapes = fc.record<Shape>({
  hour: fc.integer({ min: 0, max: HOURS - 1 }),
  who: fc.integer({ min: 0, max: 3 }),
  kind: fc.constantFrom('one', 'several', 'free', 'failed', 'nothing'),
  tag: fc.constantFrom('', 'nightly', 'ночь "{}\\'),
  amount: fc.integer({ min: 0, max: 1_000_000 }),
});
/** What two gateways write at once; `again` counts back to a batch that one of them writes once more, as after a crash. */
const steps = fc.array(
  fc.record({ first: fc.array(shapes, { maxLength: 8 }), second: fc.array(shapes, { maxLength: 8 }), again: fc.integer({ min: 0, max: 4 }), closes: fc.boolean() }),
  { minLength: 1, maxLength: 6 },
);

describeDatabase('I9: the hourly sums', (context) => {
  const [tenants, providers, ids] = [[newId(), newId()], [newId(), newId()], [newId(), newId(), newId()]];
  let hours: RebuildUsageHours;
  beforeAll(() => {
    hours = new RebuildUsageHours(context.database());
  });

  const recordOf = ({ hour, who, kind, tag, amount }: Shape): DoneRecord => {
    const charged = kind === 'one' || kind === 'several' ? BigInt(amount) : 0n;
    const lines = [{ unit: 'input_token', quantity: 40n, amountNano: charged / 3n }, { unit: 'output_token', quantity: 7n, amountNano: charged - charged / 3n }] as const;
    const atMs = FIRST_MS + hour * HOUR_MS + (amount % HOUR_MS);
    return {
      eventId: newId(atMs),
      consumerTenantId: tenants[who % 2]!,
      providerTenantId: providers[who >> 1]!,
      keyId: `key${who}`,
      modelId: ids[0]!,
      versionId: ids[1]!,
      priceId: ids[2]!,
      status: kind === 'failed' ? 'failed' : 'succeeded',
      unit: kind === 'several' ? 'input_token' : 'request',
      quantity: kind === 'failed' ? 0n : 40n,
      amountNano: charged,
      feeNano: charged / 7n,
      currency: 'usd',
      ...(kind === 'several' && { lines }),
      ...(kind === 'nothing' && { lines: [] }),
      ...(kind === 'free' && { freeQuantity: 3n }),
      tag,
      queueMicros: 1,
      computeMicros: 2,
      totalMicros: 3,
      occurredAtMs: atMs,
    };
  };

  const write = (records: readonly DoneRecord[]) => (records.length === 0 ? undefined : flushUsage(context.database().pool, records));
  const sums = async () => (await context.database().pool.query('SELECT * FROM usage_hour ORDER BY usage_hour')).rows as unknown[];

  it('are what a rebuild makes of the calls, after any history', async () => {
    const written = { calls: 0, periods: new Set<unknown>() };
    // One before any month is closed.
    await write([recordOf({ hour: 0, who: 0, kind: 'one', tag: '', amount: 1 })]);
    await fc.assert(
      fc.asyncProperty(steps, async (history) => {
        const batches: DoneRecord[][] = [];
        for (const { first, second, again, closes } of history) {
          const [one, two] = [first.map(recordOf), second.map(recordOf)];
          const old = batches.at(-1 - again) ?? [];
          batches.push(one, two);
          // The month may be closed while both write; what comes later counts in the next.
          const closing = closes && context.database().pool.query('SELECT usage_close_period(202610, $1)', ['test']);
          await Promise.all([write(one), write([...two, ...old]), closing]);
          written.calls += one.length + two.length;
        }
        expect(await hours.wrong(period)).toBe(0);
        const before = await sums();
        await hours.rebuild(period);
        expect(await sums()).toEqual(before);
        for (const row of before as { period: number }[]) written.periods.add(row.period);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    expect(written.calls).toBeGreaterThan(200);
    expect([...written.periods].sort()).toEqual([202610, 202611]);
  });

  it('are found wrong when they are, and are right after a rebuild', async () => {
    await write([recordOf({ hour: 1, who: 0, kind: 'one', tag: 'x', amount: 5 }), recordOf({ hour: 2, who: 1, kind: 'several', tag: 'x', amount: 6 })]);
    const right = await sums();
    const { pool } = context.database();
    await pool.query(`UPDATE usage_hour SET amount_nano = amount_nano + 1 WHERE tag = 'x' AND unit = 'request'`);
    expect(await hours.wrong(period)).toBe(1);
    await pool.query(`DELETE FROM usage_hour WHERE tag = 'x' AND unit = 'output_token'`);
    await pool.query(`INSERT INTO usage_hour SELECT consumer_tenant_id, hour, provider_tenant_id, model_id, version_id, price_id, 'no key', tag, period, unit, currency, 1, 0, 0, 1, 1, 0 FROM usage_hour WHERE tag = 'x' LIMIT 1`);
    expect(await hours.wrong(period)).toBe(3);
    expect(await hours.rebuild(period)).toEqual({ wrong: 3, made: right.length });
    expect(await sums()).toEqual(right);
    await expect(hours.rebuild({ from: new Date(0), to: new Date(FIRST_MS) })).rejects.toMatchObject({ code: 'METERING.REBUILD_TOO_LONG' });
    await expect(hours.wrong({ from: period.to, to: period.from })).rejects.toMatchObject({ code: 'METERING.PERIOD_INVALID' });
  });

  it('miss nothing and count nothing twice when they are made anew while usage is written', async () => {
    const batches = Array.from({ length: 40 }, (_, n) => Array.from({ length: 25 }, (_call, at) => recordOf({ hour: at % HOURS, who: n % 4, kind: 'several', tag: '', amount: n })));
    let writing = true;
    const rebuilds = (async () => {
      let count = 0;
      for (; writing; count += 1) await hours.rebuild(period);
      return count;
    })();
    const gateways = [0, 1].map(async (gateway) => {
      for (let n = gateway; n < batches.length; n += 2) await write(batches[n]!);
    });
    await Promise.all(gateways);
    writing = false;
    expect(await rebuilds).toBeGreaterThan(2);
    expect(await hours.wrong(period)).toBe(0);
  });
});
