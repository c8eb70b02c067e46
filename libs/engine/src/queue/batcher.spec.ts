import { afterEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@steelyard/kernel';
import { attachWarm, cancelled, createBatcher, FakeLink, inputs, tick, type BatcherFixture } from '../../test/batcher-fixture.js';
import type { BatcherOptions } from './batcher.js';

const fixtures: BatcherFixture[] = [];
afterEach(() => fixtures.splice(0).forEach(({ batcher }) => batcher.close(new AppError('TEST.OVER', 'over', { kind: 'cancelled' }))));

function setup(over: Partial<BatcherOptions> = {}): BatcherFixture {
  const fixture = createBatcher(over);
  fixtures.push(fixture);
  return fixture;
}

describe('Batcher', () => {
  it('sends what came within one tick as one batch, at once', async () => {
    const fixture = setup();
    const link = await attachWarm(fixture);
    const { call } = fixture;
    const results = [1, 2, 3].map((n) => call('a', n).result);
    await tick();
    expect(link.sent.map(({ items }) => items.length)).toEqual([3]);
    expect(link.flushes).toBe(1);
    link.answerNext();
    expect(await Promise.all(results)).toEqual([1, 2, 3]);
  });

  it('gathers what comes while two batches are in flight, never beyond the largest batch, in order', async () => {
    const fixture = setup();
    const link = await attachWarm(fixture);
    const { call, events } = fixture;
    const results = Array.from({ length: 30 }, (_, n) => call('a', n).result);
    await tick();
    expect(link.sent.map(({ items }) => items.length)).toEqual([8, 8]);
    link.answerNext();
    expect(link.sent.map(({ items }) => items.length)).toEqual([8, 8, 8]);
    link.answerNext();
    link.answerNext();
    link.answerNext();
    expect(await Promise.all(results)).toEqual(Array.from({ length: 30 }, (_, n) => n));
    expect(events.sizes).toEqual([8, 8, 8, 6]);
    expect(events.idle).toBe(1);
  });

  it('lets batches grow where the runner says that they are quick, however late their answers are read', async () => {
    const { attach, call, events } = setup({ batchMs: 1, batchesInFlight: 1 });
    const link = attach(new FakeLink());
    for (let n = 0; n < 40; n++) void call('a', n);
    await tick();
    for (let batch = link.open[0]; batch; batch = link.open[0]) {
      // The answer lies there while this process is busy, for longer the larger the batch.
      for (const until = performance.now() + 2 * batch.items.length; performance.now() < until; );
      batch.answer(0.05, 0.1);
    }
    expect(Math.max(...events.sizes)).toBe(8);
  });

  it('lets no batch wait in the runner where batches are slow', async () => {
    const { call, attach } = setup({ batchMs: 1 });
    const link = new FakeLink();
    attach(link);
    for (let n = 0; n < 6; n++) void call('a', n);
    await tick();
    const slowly = async () => {
      const untilMs = performance.now() + 3;
      while (performance.now() < untilMs) await tick();
      link.answerNext();
    };
    // The first two went before anything was known.
    await slowly();
    await slowly();
    while (link.open.length > 0) {
      expect(link.open).toHaveLength(1);
      await slowly();
    }
  });

  it('puts a quiet tenant into the next batch beside 500 calls of a noisy one', async () => {
    const { call, attach } = setup();
    const link = new FakeLink();
    attach(link);
    for (let n = 0; n < 500; n++) void call('noisy', 1);
    await tick();
    void call('quiet', 2);
    link.answerNext();
    expect(link.sent[2]!.items.some(({ input }) => input[0] === 2)).toBe(true);
  });

  it('counts a call with a large input as many in its tenant\'s turn', async () => {
    const { attach, call } = setup({ batchesInFlight: 1 });
    const link = attach(new FakeLink(), { maxSize: 1 });
    for (let n = 0; n < 4; n++) {
      void call('large', 1, { bytes: 640 * 1024 });
      for (let i = 0; i < 10; i++) void call('small', 2);
    }
    await tick();
    const turns: number[] = [];
    for (; turns.length < 22; link.answerNext()) turns.push(link.open[0]!.items[0]!.input[0]!);
    const large = turns.filter((n) => n === 1).length;
    expect(large).toBeGreaterThanOrEqual(2);
    expect(large).toBeLessThanOrEqual(3);
  });

  it('refuses a tenant whose line is full, and nobody else', () => {
    const { call } = setup({ queuedPerTenant: 2 });
    expect([call('a'), call('a'), call('a'), call('b')].map(({ accepted }) => accepted)).toEqual([true, true, false, true]);
  });

  it('closes a batch that holds enough bytes', async () => {
    const fixture = setup({ batchBytes: 8 });
    const link = await attachWarm(fixture);
    const { call } = fixture;
    for (let n = 0; n < 4; n++) void call('a', n, { bytes: 4 });
    await tick();
    expect(link.sent.map(({ items }) => items.length)).toEqual([2, 2]);
  });

  it('fails a call at its deadline while it waits, without running it', async () => {
    const { call, attach } = setup();
    const late = call('a', 1, { timeoutMs: 20 });
    const patient = call('a', 2);
    expect(await late.result).toBe('ENGINE.DEADLINE_EXCEEDED');
    const link = new FakeLink();
    attach(link);
    expect(inputs(link.sent)).toEqual([[2]]);
    link.answerNext();
    expect(await patient.result).toBe(2);
  });

  it('drops a cancelled call from the line, and frees its place', async () => {
    const { batcher, call, attach } = setup({ queuedPerTenant: 1 });
    const first = call('a', 1);
    expect(call('a', 2).accepted).toBe(false);
    batcher.drop(first.job, cancelled());
    expect(await first.result).toBe('ENGINE.CANCELLED');
    expect(call('a', 3).accepted).toBe(true);
    const link = new FakeLink();
    attach(link);
    expect(inputs(link.sent)).toEqual([[3]]);
  });

  it('tries the calls of a crashed batch one at a time, so that the guilty one fails alone', async () => {
    const fixture = setup();
    await attachWarm(fixture);
    const { call, attach, lose } = fixture;
    const outcomes = [0, 1, 2].map((n) => call('a', n).result);
    await tick();
    void call('b', 9);
    await tick();
    lose();
    let link = new FakeLink();
    attach(link);
    expect(inputs(link.open)).toEqual([[0]]);
    link.answerNext();
    expect(inputs(link.open)).toEqual([[1]]);
    lose();
    link = new FakeLink();
    attach(link);
    for (const innocent of [2, 9]) {
      expect(inputs(link.open)).toEqual([[innocent]]);
      link.answerNext();
    }
    expect(await Promise.all(outcomes)).toEqual([0, 'ENGINE.RUNNER_LOST', 2]);
  });

  it('ends a runner that works on a batch beyond the limit of its model', async () => {
    const { batcher, call, events, attach, lose } = setup({ onStalled: () => lose(true) });
    attach(new FakeLink(), { runMs: 30 });
    const hung = call('a', 1);
    expect(await hung.result).toBe('ENGINE.DEADLINE_EXCEEDED');
    expect(events.sizes).toEqual([]);
    expect(batcher.idle).toBe(true);
  });

  it('does not end a runner because a caller was in a hurry', async () => {
    const { call, events, attach } = setup();
    const link = new FakeLink();
    attach(link);
    // In a hurry, but not so that it could be over before it was sent.
    const hasty = call('a', 1, { timeoutMs: 250 });
    await tick();
    expect(inputs(link.open)).toEqual([[1]]);
    expect(await hasty.result).toBe('ENGINE.DEADLINE_EXCEEDED');
    const patient = call('b', 2);
    await tick();
    link.answerNext();
    link.answerNext();
    expect(await patient.result).toBe(2);
    expect(events.stalled).toBe(0);
  });

  it('waits for a batch to fill only where the model asks for it', async () => {
    const fixture = setup();
    const link = await attachWarm(fixture, { maxDelayMs: 30 });
    const { call } = fixture;
    const startedAtMs = performance.now();
    const early = call('a', 1);
    await tick();
    expect(link.sent).toHaveLength(0);
    for (const n of [2, 3, 4, 5, 6, 7, 8]) void call('a', n);
    await tick();
    expect(link.sent.map(({ items }) => items.length)).toEqual([8]);
    link.answerNext();
    await early.result;
    const alone = call('a', 5);
    while (link.sent.length < 2) await tick();
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(25);
    link.answerNext();
    expect(await alone.result).toBe(5);
  });
});
