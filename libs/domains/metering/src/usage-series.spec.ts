import { beforeAll, expect, it } from '@jest/globals';
import { newId } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { flushUsage } from './persistence/flush-usage.js';
import type { DoneRecord } from './record.js';
import { BUCKETS_MAX, ReadUsageSeries, type SeriesQuery, type UsageBucket } from './usage-series.js';

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;

describeDatabase('usage over time', (context) => {
  const [consumer, provider, otherProvider, stranger] = [newId(), newId(), newId(), newId()];
  const [digits, story] = [newId(), newId()];
  const noon = Date.parse('2026-10-31T12:00:00Z');
  let series: ReadUsageSeries;

  const call = (atMs: number, given: Partial<DoneRecord> = {}): DoneRecord => ({
    eventId: newId(atMs),
    consumerTenantId: consumer,
    providerTenantId: provider,
    keyId: 'key1',
    modelId: digits,
    versionId: newId(),
    priceId: newId(),
    status: 'succeeded',
    unit: 'request',
    quantity: 1n,
    amountNano: 100n,
    feeNano: 15n,
    currency: 'usd',
    queueMicros: 1,
    computeMicros: 2,
    totalMicros: 1_500,
    occurredAtMs: atMs,
    ...given,
  });
  const failed = { status: 'failed', quantity: 0n, amountNano: 0n, feeNano: 0n, totalMicros: 900_000 } as const;

  beforeAll(async () => {
    await flushUsage(context.database().pool, [
      ...Array.from({ length: 19 }, (_, n) => call(noon + n * 1_000, { totalMicros: (n + 1) * 1_000 })),
      call(noon + 1, failed),
      // Over midnight, into the next month and so into another part of the table.
      call(noon + 12 * HOUR_MS - 1, { modelId: story, providerTenantId: otherProvider, keyId: 'key2' }),
      call(noon + 12 * HOUR_MS, { modelId: story, providerTenantId: otherProvider, keyId: 'key2' }),
      call(noon, { currency: 'eur' }),
    ]);
    series = new ReadUsageSeries(context.database());
  });

  const WHOLE: SeriesQuery = { side: 'consumer', from: new Date(noon - DAY_MS), to: new Date(noon + DAY_MS), groupBy: 'none', interval: 'day', currency: 'usd' };
  const read = (tenantId: string, given: Partial<SeriesQuery> = {}) => series.read(tenantId, { ...WHOLE, ...given });

  const times = async (bucket: UsageBucket, given: Partial<SeriesQuery> = {}) => (await series.times(consumer, { ...WHOLE, ...given }))(bucket);

  it('is cut into days and hours of UTC, oldest first', async () => {
    expect((await read(consumer)).map(({ start, calls, amountNano }) => [start.toISOString(), calls, amountNano])).toEqual([
      ['2026-10-31T00:00:00.000Z', 21, 2_000n],
      ['2026-11-01T00:00:00.000Z', 1, 100n],
    ]);
    expect((await read(consumer, { interval: 'hour' })).map(({ start, calls }) => [start.getUTCHours(), calls])).toEqual([
      [12, 20],
      [23, 1],
      [0, 1],
    ]);
    const [whole] = await read(consumer, { interval: 'period' });
    expect(whole).toMatchObject({ start: new Date(noon - DAY_MS), calls: 22, failed: 1, feeNano: 315n, group: null });
  });

  it('has percentiles of what was answered, and none where nothing was', async () => {
    const [whole] = await read(consumer, { interval: 'period', modelId: digits });
    expect(whole).toMatchObject({ calls: 20 });
    expect(await times(whole!, { interval: 'period', modelId: digits })).toEqual({ p50Ms: 10, p95Ms: 19 });
    const second = { from: new Date(noon + 1), to: new Date(noon + 2), interval: 'period' } as const;
    const [failure] = await read(consumer, second);
    expect(failure).toMatchObject({ calls: 1, failed: 1 });
    expect(await times(failure!, second)).toEqual({ p50Ms: null, p95Ms: null });
    const year = { from: new Date(noon - 300 * DAY_MS), interval: 'period' } as const;
    expect(await times((await read(consumer, year))[0]!, year)).toEqual({ p50Ms: null, p95Ms: null });
    const [first] = await read(consumer, { groupBy: 'tag', modelId: digits });
    expect(await times(first!, { groupBy: 'tag', modelId: digits, tag: '' })).toEqual({ p50Ms: 10, p95Ms: 19 });
  });

  it('groups by model with its owner, by version and by key', async () => {
    const models = await read(consumer, { interval: 'period', groupBy: 'model' });
    expect(new Map(models.map(({ group, ownerId, calls }) => [group, [ownerId, calls]]))).toEqual(new Map([[digits, [provider, 20]], [story, [otherProvider, 2]]]));
    expect(await read(consumer, { interval: 'period', groupBy: 'version' })).toHaveLength(22);
    expect((await read(consumer, { groupBy: 'key' })).map(({ group, calls }) => [group, calls])).toEqual([['key1', 20], ['key2', 1], ['key2', 1]]);
    expect(await read(consumer, { interval: 'period', keyId: 'key2' })).toMatchObject([{ calls: 2 }]);
  });

  it('is exact to the millisecond where the period begins or ends within an hour', async () => {
    const calls = async (fromMs: number, toMs: number) => (await read(consumer, { from: new Date(fromMs), to: new Date(toMs), interval: 'period' }))[0]?.calls ?? 0;
    // Within one hour, from within it to another's middle, and up to the millisecond of a call.
    expect(await calls(noon + 5_000, noon + 8_001)).toBe(4);
    expect(await calls(noon + 18_000, noon + 12 * HOUR_MS)).toBe(2);
    expect(await calls(noon + 18_001, noon + 12 * HOUR_MS + 1)).toBe(2);
    expect(await calls(noon - HOUR_MS, noon)).toBe(0);
    expect(await calls(noon - 1, noon + 1)).toBe(1);
  });

  it('is told by tag, by outcome and by unit', async () => {
    const tenant = newId();
    const own = (atMs: number, given: Partial<DoneRecord>) => call(atMs, { consumerTenantId: tenant, providerTenantId: otherProvider, ...given });
    const lines = [{ unit: 'input_token', quantity: 40n, amountNano: 60n }, { unit: 'output_token', quantity: 7n, amountNano: 40n }] as const;
    await flushUsage(context.database().pool, [
      own(noon, { tag: 'nightly', unit: 'input_token', quantity: 40n, lines }),
      own(noon + 1, { tag: 'nightly', unit: 'input_token', quantity: 40n, lines }),
      own(noon + 2, failed),
      own(noon + 3, { amountNano: 0n, feeNano: 0n, freeQuantity: 1n }),
    ]);
    expect((await read(tenant, { groupBy: 'tag' })).map(({ group, calls, amountNano, feeNano }) => [group, calls, amountNano, feeNano])).toEqual([['', 2, 0n, 0n], ['nightly', 2, 200n, 30n]]);
    expect(await read(tenant, { tag: 'nightly' })).toMatchObject([{ calls: 2, failed: 0 }]);
    expect(await read(tenant, { status: 'failed' })).toMatchObject([{ calls: 1, failed: 1, amountNano: 0n }]);
    expect(await read(tenant, { status: 'succeeded', groupBy: 'tag' })).toMatchObject([{ calls: 1, failed: 0 }, { calls: 2, failed: 0 }]);
    expect(await read(tenant, { status: 'running' })).toEqual([]);
    const units = [{ unit: 'input_token', quantity: 80n, amountNano: 120n }, { unit: 'output_token', quantity: 14n, amountNano: 80n }, { unit: 'request', quantity: 1n, amountNano: 0n }];
    expect(await series.units(tenant, WHOLE)).toEqual(units);
    // The same from the calls of a part of the hour.
    expect(await series.units(tenant, { ...WHOLE, to: new Date(noon + HOUR_MS - 1) })).toEqual(units);
  });

  it('is each tenant’s own', async () => {
    expect(await read(stranger)).toEqual([]);
    expect(await read(stranger, { side: 'provider', modelId: digits })).toEqual([]);
    expect(await read(provider, { side: 'provider', interval: 'period' })).toMatchObject([{ calls: 20 }]);
    expect(await read(provider)).toEqual([]);
  });

  it('refuses what would not end well', async () => {
    await expect(read(provider, { side: 'provider', groupBy: 'key' })).rejects.toMatchObject({ code: 'METERING.KEYS_NOT_TOLD' });
    await expect(read(provider, { side: 'provider', groupBy: 'tag' })).rejects.toMatchObject({ code: 'METERING.KEYS_NOT_TOLD' });
    await expect(read(provider, { side: 'provider', tag: 'nightly' })).rejects.toMatchObject({ code: 'METERING.KEYS_NOT_TOLD' });
    await expect(read(provider, { side: 'provider', keyId: 'key1' })).rejects.toMatchObject({ code: 'METERING.KEYS_NOT_TOLD' });
    await expect(read(consumer, { from: new Date(noon - 367 * DAY_MS), to: new Date(noon) })).rejects.toMatchObject({ code: 'METERING.PERIOD_TOO_LONG' });
    await expect(read(consumer, { from: new Date(noon - 32 * DAY_MS), to: new Date(noon), interval: 'hour' })).rejects.toMatchObject({ code: 'METERING.PERIOD_TOO_LONG' });
    await expect(read(consumer, { from: new Date(noon), to: new Date(noon) })).rejects.toMatchObject({ code: 'METERING.PERIOD_INVALID' });
    const many = newId();
    await flushUsage(context.database().pool, Array.from({ length: BUCKETS_MAX + 1 }, () => call(noon, { consumerTenantId: many })));
    await expect(read(many, { groupBy: 'version' })).rejects.toMatchObject({ code: 'METERING.SERIES_TOO_LARGE' });
  });
});
