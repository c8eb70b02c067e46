import { beforeAll, expect, it } from '@jest/globals';
import { newId } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { flushUsage } from '../persistence/flush-usage.js';
import type { DoneRecord } from '../record.js';
import { ReplayUsage, type PastUse, type ReplayFilter } from './replay-usage.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describeDatabase('past usage', (context) => {
  const [consumer, otherConsumer, provider, stranger] = [newId(), newId(), newId(), newId()];
  const [model, version, byTokens, byRequest] = [newId(), newId(), newId(), newId()];
  // Ten to midnight, so that it goes over into the next day.
  const startMs = Date.parse('2026-11-05T23:50:00Z');
  const call = (minute: number, given: Partial<DoneRecord> = {}): DoneRecord => ({
    eventId: newId(startMs + minute * MINUTE_MS), consumerTenantId: consumer, providerTenantId: provider, keyId: 'key1', modelId: model, versionId: version, priceId: byTokens,
    status: 'succeeded', unit: 'input_token', quantity: 5n, amountNano: 12n, feeNano: 1n, currency: 'usd',
    lines: [{ unit: 'input_token', quantity: 5n, amountNano: 5n }, { unit: 'output_token', quantity: 7n, amountNano: 7n }],
    queueMicros: 1, computeMicros: 2_000, totalMicros: 3_000, occurredAtMs: startMs + minute * MINUTE_MS, ...given,
  });
  const oneLine = { priceId: byRequest, unit: 'request', quantity: 1n, amountNano: 3n, lines: undefined } as const;
  const filter: ReplayFilter = { side: 'provider', from: new Date(startMs), to: new Date(startMs + 2 * HOUR_MS) };
  let replay: ReplayUsage;

  beforeAll(async () => {
    await flushUsage(context.database().pool, [
      call(1), call(2, oneLine), call(3, { status: 'failed', quantity: 0n, amountNano: 0n, feeNano: 0n, lines: undefined }), call(4, { consumerTenantId: otherConsumer }),
      call(20, oneLine), call(-1), call(121), call(5, { providerTenantId: newId(), modelId: newId() }),
    ]);
    replay = new ReplayUsage(context.database());
  });

  async function all(uses: AsyncIterable<PastUse>): Promise<PastUse[]> {
    const found: PastUse[] = [];
    for await (const use of uses) found.push(use);
    return found;
  }

  it('comes call by call, oldest first, with all that was counted', async () => {
    const calls = await all(replay.calls(provider, filter));
    expect(calls.map(({ at, consumerTenantId }) => [(at.getTime() - startMs) / MINUTE_MS, consumerTenantId === consumer])).toEqual([[1, true], [2, true], [4, false], [20, true]]);
    expect(calls[0]).toMatchObject({ calls: 1, amountNano: 12n, quantities: { request: 1n, input_token: 5n, output_token: 7n, compute_second: 2_000n } });
    expect(calls[1]!.quantities).toEqual({ request: 1n, compute_second: 2_000n });
  });

  it('comes added up by day, version and price, by consumer where asked for', async () => {
    const brief = (uses: readonly PastUse[]) => uses.map(({ at, calls, amountNano, quantities }) => [at.toISOString(), calls, amountNano, quantities]);
    const sums = brief(await all(replay.sums(provider, filter, false)));
    expect(sums).toHaveLength(3);
    expect(sums).toEqual(expect.arrayContaining([
      ['2026-11-05T23:50:00.000Z', 2, 24n, { request: 2n, input_token: 10n, output_token: 14n }],
      ['2026-11-05T23:50:00.000Z', 1, 3n, { request: 1n }],
      ['2026-11-06T00:00:00.000Z', 1, 3n, { request: 1n }],
    ]));
    const byConsumer = await all(replay.sums(provider, filter, true));
    expect(byConsumer.map(({ consumerTenantId }) => consumerTenantId).sort()).toEqual([consumer, consumer, consumer, otherConsumer].sort());
  });

  it('is one side’s own, of the model and version that are asked for', async () => {
    const count = (tenantId: string, more: Partial<ReplayFilter>) => replay.count(tenantId, { ...filter, ...more });
    expect(await count(provider, {})).toBe(4);
    expect(await count(consumer, { side: 'consumer' })).toBe(4);
    expect(await count(consumer, { side: 'consumer', modelId: model })).toBe(3);
    expect(await count(provider, { versionId: newId() })).toBe(0);
    for (const side of ['consumer', 'provider'] as const) expect([await count(stranger, { side }), await all(replay.calls(stranger, { ...filter, side }))]).toEqual([0, []]);
    expect(await all(replay.calls(consumer, { ...filter, side: 'consumer', versionId: version, modelId: model }))).toHaveLength(3);
  });
});
