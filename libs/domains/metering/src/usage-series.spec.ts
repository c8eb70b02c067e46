import { beforeAll, expect, it } from '@jest/globals';
import { newId } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { flushUsage } from './persistence/flush-usage.js';
import type { DoneRecord } from './record.js';
import { BUCKETS_MAX, ReadUsageSeries, type SeriesQuery } from './usage-series.js';

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

  const read = (tenantId: string, given: Partial<SeriesQuery> = {}) =>
    series.read(tenantId, { side: 'consumer', from: new Date(noon - DAY_MS), to: new Date(noon + DAY_MS), groupBy: 'none', interval: 'day', currency: 'usd', ...given });

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
    expect(whole).toMatchObject({ calls: 20, p50Ms: 10, p95Ms: 19 });
    const second = { from: new Date(noon + 1), to: new Date(noon + 2), interval: 'period' } as const;
    expect(await read(consumer, second)).toMatchObject([{ calls: 1, failed: 1, p50Ms: null, p95Ms: null }]);
  });

  it('groups by model with its owner, by version and by key', async () => {
    const models = await read(consumer, { interval: 'period', groupBy: 'model' });
    expect(new Map(models.map(({ group, ownerId, calls }) => [group, [ownerId, calls]]))).toEqual(new Map([[digits, [provider, 20]], [story, [otherProvider, 2]]]));
    expect(await read(consumer, { interval: 'period', groupBy: 'version' })).toHaveLength(22);
    expect((await read(consumer, { groupBy: 'key' })).map(({ group, calls }) => [group, calls])).toEqual([['key1', 20], ['key2', 1], ['key2', 1]]);
    expect(await read(consumer, { interval: 'period', keyId: 'key2' })).toMatchObject([{ calls: 2 }]);
  });

  it('is each tenant’s own', async () => {
    expect(await read(stranger)).toEqual([]);
    expect(await read(stranger, { side: 'provider', modelId: digits })).toEqual([]);
    expect(await read(provider, { side: 'provider', interval: 'period' })).toMatchObject([{ calls: 20 }]);
    expect(await read(provider)).toEqual([]);
  });

  it('refuses what would not end well', async () => {
    await expect(read(provider, { side: 'provider', groupBy: 'key' })).rejects.toMatchObject({ code: 'METERING.KEYS_NOT_TOLD' });
    await expect(read(provider, { side: 'provider', keyId: 'key1' })).rejects.toMatchObject({ code: 'METERING.KEYS_NOT_TOLD' });
    await expect(read(consumer, { from: new Date(noon - 93 * DAY_MS), to: new Date(noon) })).rejects.toMatchObject({ code: 'METERING.PERIOD_TOO_LONG' });
    await expect(read(consumer, { from: new Date(noon - 8 * DAY_MS), to: new Date(noon), interval: 'hour' })).rejects.toMatchObject({ code: 'METERING.PERIOD_TOO_LONG' });
    await expect(read(consumer, { from: new Date(noon), to: new Date(noon) })).rejects.toMatchObject({ code: 'METERING.PERIOD_INVALID' });
    const many = newId();
    await flushUsage(context.database().pool, Array.from({ length: BUCKETS_MAX + 1 }, () => call(noon, { consumerTenantId: many })));
    await expect(read(many, { groupBy: 'version' })).rejects.toMatchObject({ code: 'METERING.SERIES_TOO_LARGE' });
  });
});
