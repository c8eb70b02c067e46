import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { AccountSignals, Ledger } from '@steelyard/domain-ledger';
import { newId } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { FollowUsage } from './follow-usage.js';
import { flushUsage } from './persistence/flush-usage.js';
import { ReadUsage } from './read-usage.js';
import type { DoneRecord } from './record.js';

describeDatabase('following usage', (context) => {
  let ledger: Ledger;
  let signals: AccountSignals;
  let following: FollowUsage;
  /** How often a follower has looked since it was last asked for. */
  let looks = 0;

  beforeAll(async () => {
    ledger = new Ledger(context.database());
    signals = new AccountSignals(context.database());
    await signals.onApplicationBootstrap();
    const usage = new ReadUsage(context.database());
    const page: ReadUsage['page'] = async (...asked) => usage.page(...asked).finally(() => (looks += 1));
    following = new FollowUsage(Object.assign(Object.create(usage) as ReadUsage, { page }), signals);
  });

  beforeEach(() => {
    looks = 0;
  });

  afterAll(async () => {
    await signals.onApplicationShutdown();
  });

  /** Writes calls as metering does, and tells of them. */
  async function charge(consumer: string, provider: string, startedAtMs: readonly number[]): Promise<string[]> {
    const records = startedAtMs.map((atMs): DoneRecord => ({
      eventId: newId(atMs),
      consumerTenantId: consumer,
      providerTenantId: provider,
      keyId: 'key1',
      modelId: newId(),
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
      totalMicros: 3,
      occurredAtMs: atMs,
    }));
    await flushUsage(context.database().pool, records);
    for (const tenantId of [consumer, provider]) ledger.announce(tenantId);
    return records.map(({ eventId }) => eventId);
  }

  it('gives each call once, to both sides, also one that took longer than those that began after it', async () => {
    const [consumer, provider] = [newId(), newId()];
    const stop = new AbortController();
    const bought = following.arrivals(consumer, 'consumer', stop.signal);
    const sold = following.arrivals(provider, 'provider', stop.signal);
    const nowMs = Date.now();
    await charge(consumer, provider, [nowMs - 5_000]);
    const first = Promise.all([bought.next(), sold.next()]);
    await listening(2);
    const [late] = await charge(consumer, provider, [nowMs]);
    const [[atConsumer], [atProvider]] = (await first).map(({ value }) => value!) as [any[], any[]];
    expect([atConsumer.id, atConsumer.keyId]).toEqual([late, 'key1']);
    expect([atProvider.id, atProvider.keyId]).toEqual([late, null]);
    const second = bought.next();
    const [slow] = await charge(consumer, provider, [nowMs - 60_000]);
    expect((await second).value!.map(({ id }) => id)).toEqual([slow]);
    stop.abort();
    expect(await bought.next()).toEqual({ done: true, value: undefined });
  });

  it('gives at most the hundred newest at a time', async () => {
    const [consumer, provider] = [newId(), newId()];
    const stop = new AbortController();
    const next = following.arrivals(consumer, 'consumer', stop.signal).next();
    await listening();
    const nowMs = Date.now();
    const ids = await charge(consumer, provider, Array.from({ length: 150 }, (_, n) => nowMs + n));
    expect((await next).value!.map(({ id }) => id)).toEqual(ids.reverse().slice(0, 100));
    stop.abort();
  });

  it('hears nothing of others, and ends while it waits', async () => {
    const stop = new AbortController();
    const next = following.arrivals(newId(), 'consumer', stop.signal).next();
    await listening();
    await charge(newId(), newId(), [Date.now()]);
    const waited = new Promise((resolve) => setTimeout(() => resolve('nothing'), 600));
    expect(await Promise.race([next, waited])).toBe('nothing');
    stop.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  /** A follower knows what is there as soon as it has looked for the first time. */
  async function listening(followers = 1): Promise<void> {
    while (looks < followers) await new Promise((resolve) => setTimeout(resolve, 5));
    looks = 0;
  }
});
