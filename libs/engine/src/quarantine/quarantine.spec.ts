import { availableParallelism } from 'node:os';
import { afterEach, describe, expect, it } from '@jest/globals';
import { encodeValue } from '@steelyard/wire';
import { createFixture, runnersOf, until, type EchoModel, type Fixture } from '../../test/engine-fixture.js';
import type { Sweep } from '../engine-host.js';
import type { EngineLimits } from '../limits.js';

let fixture: Fixture;
afterEach(() => fixture.close());

const setup = async (limits: Partial<EngineLimits> = {}) => (fixture = await createFixture(limits));

async function sweep(over: EchoModel, { inputs = [{}], budgetMs = 2_000 }: { inputs?: readonly unknown[]; budgetMs?: number } = {}): Promise<Sweep> {
  const { addModel, host } = await setup();
  return host.sweep(await addModel('echo', over), inputs.map(encodeValue), budgetMs);
}

const sizesOf = ({ curve }: Sweep, threads: number) => curve.filter((point) => point.threads === threads).map(({ batchSize }) => batchSize);

describe('EngineHost, sweep', () => {
  it('finds that large batches pay where a batch takes as long as one item', async () => {
    // A run takes so long that a busy machine does not change which size is the best.
    const found = await sweep({ options: { delayMs: 40 }, batching: { maxSize: 60, maxDelayMs: 0 } }, { budgetMs: 10_000 });
    expect(sizesOf(found, 1)).toEqual([1, 2, 4, 8, 16, 32, 60]);
    expect(found.tuning).toMatchObject({ batchSize: 60, threads: 1, replicas: 1 });
    for (const { batchMs, batchSize, itemsPerSecond } of found.curve) expect(itemsPerSecond).toBeCloseTo((1_000 * batchSize) / batchMs, -2);
    if (availableParallelism() > 1) expect(sizesOf(found, Math.min(8, availableParallelism()))).toEqual([1, 60]);
    expect(runnersOf(fixture.root)).toEqual([]);
  });

  it('goes no further than the model does', async () => {
    // The tenth run of a batch of eight reaches item 17.
    const inputs = Array.from({ length: 64 }, (_, n) => ({ fail: n === 20 }));
    const found = await sweep({ options: { failOn: true } }, { inputs });
    expect(sizesOf(found, 1)).toEqual([1, 2, 4, 8]);
    expect(found.tuning.batchSize).toBeLessThanOrEqual(8);
  });

  it('uses what it has when the time is over', async () => {
    const found = await sweep({ options: { delayMs: 120 } }, { budgetMs: 300 });
    expect(sizesOf(found, 1)[0]).toBe(1);
    expect(found.curve.length).toBeLessThan(4);
  });
});

describe('EngineHost, trial', () => {
  it('says how long the start took, and whether parts of an answer come', async () => {
    const { addModel, host } = await setup();
    const [whole, parts] = [await addModel('whole'), await addModel('parts', { options: { parts: true } })];
    const inputs = [encodeValue({ text: 'one two three' })];
    const trials = [await host.trial(whole, inputs), await host.trial(parts, inputs, 2)];
    expect(trials.map(({ streams }) => streams)).toEqual([false, true]);
    for (const { startMs, answers } of trials) {
      expect(startMs).toBeGreaterThan(10);
      expect(answers.every(({ ok }) => ok)).toBe(true);
    }
  });

  it('takes a place in memory as long as it lasts', async () => {
    const { addModel, host, call } = await setup({ memoryMb: 256 });
    await addModel('idle');
    await call('idle', {});
    const large = await addModel('large', { memoryBytes: 250 * 1024 * 1024, options: { delayMs: 50 } });
    const trial = host.trial(large, [encodeValue({})]);
    await until(() => host.status().devices[0]!.usedBytes === 0 && host.status().devices[0]!.reservedBytes > 0);
    await trial;
    expect(host.status().devices[0]).toMatchObject({ usedBytes: 0, reservedBytes: 0 });
    const tooLarge = await addModel('too-large', { memoryBytes: 300 * 1024 * 1024 });
    await expect(host.trial(tooLarge, [encodeValue({})])).rejects.toMatchObject({ code: 'ENGINE.MEMORY_INSUFFICIENT' });
  });

  it('is over when its runs have taken as long as a trial may, and gives its place back', async () => {
    const { addModel, host, exits, root } = await setup({ trialMs: 400 });
    const slow = await addModel('slow', { options: { delayMs: 150 } });
    const refusal = { code: 'ENGINE.TRIAL_TOO_LONG', message: expect.stringContaining('0.4 s'), fix: expect.any(String), details: { limitMs: 400 } };
    await expect(host.trial(slow, Array.from({ length: 20 }, () => encodeValue({})))).rejects.toMatchObject(refusal);
    const endless = await addModel('endless', { options: { delayMs: 15_000 } });
    await expect(host.trial(endless, [encodeValue({})])).rejects.toMatchObject(refusal);
    expect(exits.map(({ reason }) => reason)).toEqual(['trial-deadline', 'trial-deadline']);
    expect(host.status().devices[0]).toMatchObject({ usedBytes: 0, reservedBytes: 0 });
    expect(runnersOf(root)).toEqual([]);
  });

  it('leaves rounds out that a slow model has no time for', async () => {
    const { addModel, host } = await setup({ trialMs: 2_000 });
    const slow = await addModel('slow', { options: { delayMs: 300 } });
    const { answers } = await host.trial(slow, [encodeValue({})], 20);
    expect(answers.length).toBeGreaterThanOrEqual(1);
    expect(answers.length).toBeLessThanOrEqual(3);
    expect(answers.every(({ ok }) => ok)).toBe(true);
  });
});
