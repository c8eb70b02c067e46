import { beforeAll, expect, it } from '@jest/globals';
import { newId } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { flushUsage } from './persistence/flush-usage.js';
import { ReadUsage } from './read-usage.js';
import type { DoneRecord } from './record.js';
import type { Side } from './usage-filter.js';

const HOUR_MS = 60 * 60 * 1_000;

describeDatabase('reading usage', (context) => {
  const database = () => context.database();
  const [consumer, provider, stranger] = [newId(), newId(), newId()];
  const startMs = Date.now() - 10 * HOUR_MS;
  const records = Array.from({ length: 10 }, (_, hour): DoneRecord => {
    const failed = hour % 5 === 4;
    return {
      eventId: newId(startMs + hour * HOUR_MS),
      consumerTenantId: consumer,
      providerTenantId: provider,
      keyId: 'key1',
      modelId: newId(),
      versionId: newId(),
      priceId: newId(),
      status: failed ? 'failed' : 'succeeded',
      unit: 'request',
      quantity: failed ? 0n : 1n,
      amountNano: failed ? 0n : 100n,
      feeNano: failed ? 0n : 15n,
      currency: 'usd',
      queueMicros: 1,
      computeMicros: 2,
      totalMicros: 3,
      occurredAtMs: startMs + hour * HOUR_MS,
    };
  });
  let usage: ReadUsage;

  beforeAll(async () => {
    await flushUsage(database().pool, records);
    usage = new ReadUsage(database());
  });

  const ids = async (tenantId: string, options: { side?: Side; limit?: number; afterId?: string; from?: number; to?: number } = {}) => {
    const period = { from: hourOf(options.from), to: hourOf(options.to) };
    const rows = await usage.page(tenantId, { side: options.side ?? 'consumer', limit: options.limit ?? 100, afterId: options.afterId, period });
    return rows.map((row) => records.findIndex(({ eventId }) => eventId === row.id));
  };
  const hourOf = (hour: number | undefined) => (hour === undefined ? undefined : new Date(startMs + hour * HOUR_MS));

  it('gives the newest first, one more than a page, from a cursor on', async () => {
    expect(await ids(consumer, { limit: 3 })).toEqual([9, 8, 7, 6]);
    expect(await ids(consumer, { limit: 3, afterId: records[7]!.eventId })).toEqual([6, 5, 4, 3]);
    expect(await ids(consumer, { from: 2, to: 5 })).toEqual([4, 3, 2]);
    await expect(ids(consumer, { from: 5, to: 5 })).rejects.toMatchObject({ code: 'METERING.PERIOD_INVALID' });
  });

  it('tells the provider what was used, but neither whose key it was nor the tag', async () => {
    const [asConsumer] = await usage.page(consumer, { side: 'consumer', period: {}, limit: 1 });
    const [asProvider] = await usage.page(provider, { side: 'provider', period: {}, limit: 1 });
    expect(asConsumer).toMatchObject({ keyId: 'key1' });
    expect(asProvider).toEqual({ ...asConsumer, keyId: null, tag: null });
    expect(await ids(provider)).toEqual([]);
    expect(await ids(consumer, { side: 'provider' })).toEqual([]);
    for (const side of ['consumer', 'provider'] as const) expect(await ids(stranger, { side })).toEqual([]);
  });

  it('narrows by model, key and outcome, one tenant at a time', async () => {
    const page = async (tenantId: string, filter: object) => (await usage.page(tenantId, { side: 'consumer', period: {}, limit: 100, ...filter })).map(({ id }) => records.findIndex(({ eventId }) => eventId === id));
    expect(await page(consumer, { status: 'failed' })).toEqual([9, 4]);
    expect(await page(consumer, { modelId: records[3]!.modelId })).toEqual([3]);
    expect(await page(consumer, { keyId: 'key1', status: 'succeeded', period: { to: hourOf(2) } })).toEqual([1, 0]);
    expect(await page(consumer, { keyId: 'key2' })).toEqual([]);
    expect(await page(stranger, { keyId: 'key1', modelId: records[3]!.modelId })).toEqual([]);
    expect(await page(provider, { side: 'provider', modelId: records[3]!.modelId })).toEqual([3]);
  });

  it('does not let a provider find out by asking whose key it was', async () => {
    await expect(usage.page(provider, { side: 'provider', period: {}, limit: 1, keyId: 'key1' })).rejects.toMatchObject({ code: 'METERING.KEYS_NOT_TOLD' });
  });

  it('gives all of a filter in parts', async () => {
    const parts: number[][] = [];
    for await (const rows of usage.pages(consumer, { side: 'consumer', period: { from: hourOf(1), to: hourOf(8) } }, 3)) {
      parts.push(rows.map(({ id }) => records.findIndex(({ eventId }) => eventId === id)));
    }
    expect(parts).toEqual([[7, 6, 5], [4, 3, 2], [1]]);
  });

  it('adds up a period, for one currency', async () => {
    const period = { from: hourOf(3), to: hourOf(6) };
    expect(await usage.totals(consumer, { side: 'consumer', period: {}, currency: 'usd' })).toEqual({ calls: 10, failed: 2, amountNano: 800n, feeNano: 120n });
    expect(await usage.totals(provider, { side: 'provider', period, currency: 'usd' })).toEqual({ calls: 3, failed: 1, amountNano: 200n, feeNano: 30n });
    expect(await usage.totals(consumer, { side: 'consumer', period: {}, currency: 'eur' })).toEqual({ calls: 0, failed: 0, amountNano: 0n, feeNano: 0n });
    expect(await usage.totals(stranger, { side: 'consumer', period: {}, currency: 'usd' })).toMatchObject({ calls: 0 });
  });
});
