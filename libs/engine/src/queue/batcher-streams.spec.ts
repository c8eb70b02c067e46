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

const nowhere = () => {};
const PART = Uint8Array.of(7);

describe('Batcher, with answers in parts', () => {
  it('counts the parts that were handed out', async () => {
    const { attach, call } = setup();
    const link = attach(new FakeLink());
    const seen: number[] = [];
    const { answer } = call('a', 1, { onPart: ([n]) => void seen.push(n!) });
    await tick();
    for (const n of [1, 2, 3]) void link.open[0]!.items[0]!.onPart!(Uint8Array.of(n));
    link.answerNext();
    expect((await answer).timings.parts).toBe(3);
    expect(seen).toEqual([1, 2, 3]);
  });

  it('does not try a call again that has handed out parts, and says how many it had', async () => {
    const { attach, lose, call } = setup();
    const link = attach(new FakeLink());
    const begun = call('a', 1, { onPart: nowhere });
    const fresh = call('a', 2, { onPart: nowhere });
    await tick();
    void link.open[0]!.items[0]!.onPart!(PART);
    lose();
    await expect(begun.answer).rejects.toMatchObject({ code: 'ENGINE.RUNNER_LOST', details: { parts: 1 } });
    const next = attach(new FakeLink());
    expect(inputs(next.open)).toEqual([[2]]);
    next.answerNext();
    expect(await fresh.result).toBe(2);
  });

  it('does not try it again when the model threw over its batch either', async () => {
    const fixture = setup();
    const link = await attachWarm(fixture);
    const { call } = fixture;
    const begun = call('a', 1, { onPart: nowhere });
    const fresh = call('a', 2);
    await tick();
    void link.open[0]!.items[0]!.onPart!(PART);
    link.open[0]!.fail();
    await expect(begun.answer).rejects.toMatchObject({ code: 'RUNTIME.RUN_FAILED', details: { parts: 1 } });
    link.answerNext();
    expect(await fresh.result).toBe(2);
  });

  it('ends a call whose reader fails, and drops the parts that follow', async () => {
    const { attach, call } = setup();
    const link = attach(new FakeLink());
    let read = 0;
    const throwing = call('a', 1, { onPart: () => { read += 1; throw new Error('gone'); } });
    const rejecting = call('b', 2, { onPart: () => Promise.reject(new Error('gone')) });
    await tick();
    const [first, second] = link.open.map(({ items }) => items[0]!.onPart!);
    void first!(PART);
    void first!(PART);
    void second!(PART);
    expect(await Promise.all([throwing.result, rejecting.result])).toEqual(['ENGINE.CANCELLED', 'ENGINE.CANCELLED']);
    expect(read).toBe(1);
    expect(link.cancelled).toEqual([{ run: 1, item: 0 }, { run: 2, item: 0 }]);
  });
});

describe('Batcher, stopping work', () => {
  it('tells the runner of calls that are cancelled or late in a batch, with what they had by then', async () => {
    const fixture = setup();
    const link = await attachWarm(fixture);
    const { batcher, call } = fixture;
    const quit = call('a', 1, { onPart: nowhere });
    const late = call('a', 2, { timeoutMs: 200, onPart: nowhere });
    const patient = call('a', 3);
    await tick();
    for (const { onPart } of link.open[0]!.items) void onPart?.(PART);
    batcher.drop(quit.job, cancelled());
    await expect(quit.answer).rejects.toMatchObject({ code: 'ENGINE.CANCELLED', details: { parts: 1 } });
    await expect(late.answer).rejects.toMatchObject({ code: 'ENGINE.DEADLINE_EXCEEDED', details: { parts: 1 } });
    expect(link.cancelled).toEqual([{ run: 1, item: 0 }, { run: 1, item: 1 }]);
    link.answerNext();
    expect(await patient.result).toBe(3);
    expect(batcher.idle).toBe(true);
  });

  it('tells nobody of calls that wait, or that were answered', async () => {
    const { batcher, attach, call } = setup();
    const waiting = call('a', 1);
    batcher.drop(waiting.job, cancelled());
    const link = attach(new FakeLink());
    const answered = call('a', 2);
    await tick();
    link.answerNext();
    batcher.drop(answered.job, cancelled());
    expect(await answered.result).toBe(2);
    expect(link.cancelled).toEqual([]);
  });

  it('stops a lone call at the limit of its model before it ends the runner', async () => {
    const { attach, call, events } = setup({ killGraceMs: 10_000 });
    const link = attach(new FakeLink(), { runMs: 20 });
    const slow = call('a', 1);
    await tick();
    await expect(slow.answer).rejects.toMatchObject({ code: 'ENGINE.DEADLINE_EXCEEDED', message: expect.stringContaining('limit of 20 ms') });
    expect(link.cancelled).toEqual([{ run: 1, item: 0 }]);
    expect(events.stalled).toBe(0);
    link.answerNext();
    const next = call('a', 2);
    await tick();
    link.answerNext();
    expect(await next.result).toBe(2);
  });
});

describe('Batcher, with a continuous runtime', () => {
  const continuous = { continuous: true, maxSize: 3 };

  it('has a run for each call, as many at a time as the rules say, answered in any order', async () => {
    const { attach, call } = setup();
    const link = attach(new FakeLink(), continuous);
    const calls = [1, 2, 3, 4, 5].map((n) => call('a', n));
    await tick();
    expect(inputs(link.open)).toEqual([[1], [2], [3]]);
    link.open[1]!.answer();
    expect(inputs(link.open)).toEqual([[1], [3], [4]]);
    link.open[2]!.answer();
    while (link.open.length > 0) link.answerNext();
    expect(await Promise.all(calls.map(({ result }) => result))).toEqual([1, 2, 3, 4, 5]);
  });

  it('stops a stuck run first, then ends the runner for it; its neighbours are tried again, beside each other', async () => {
    const { attach, lose, call } = setup({ killGraceMs: 60, onStalled: () => lose(true) });
    const link = attach(new FakeLink(), { ...continuous, runMs: 150 });
    const stuck = call('a', 1);
    await tick();
    while (link.cancelled.length === 0) {
      // Neighbours that come and go do not keep a stuck run alive.
      void call('b', 9);
      await tick();
      link.open.slice(1).forEach((sent) => sent.answer());
    }
    const begun = call('b', 2, { onPart: nowhere });
    const innocent = call('b', 3);
    await tick();
    expect(await stuck.result).toBe('ENGINE.DEADLINE_EXCEEDED');
    void link.open[1]!.items[0]!.onPart!(PART);
    expect(await begun.result).toBe('ENGINE.RUNNER_LOST');
    const next = attach(new FakeLink(), continuous);
    const other = call('c', 4);
    await tick();
    expect(inputs(next.open)).toEqual([[3], [4]]);
    next.answerNext();
    next.answerNext();
    expect(await Promise.all([innocent.result, other.result])).toEqual([3, 4]);
  });

  it('goes on when a stuck run ends after it was told to', async () => {
    const { attach, call, events } = setup({ killGraceMs: 10_000 });
    const link = attach(new FakeLink(), { ...continuous, runMs: 15 });
    const stuck = call('a', 1);
    await tick();
    expect(await stuck.result).toBe('ENGINE.DEADLINE_EXCEEDED');
    link.answerNext();
    const next = call('a', 2);
    await tick();
    link.answerNext();
    expect(await next.result).toBe(2);
    expect(events.stalled).toBe(0);
  });
});

describe('Batcher, telling callers what they wait for', () => {
  const listen = (fixture: BatcherFixture) => {
    const states: string[] = [];
    const { job, result } = fixture.call('a', 1, { onState: (state) => states.push(state) });
    return { job, states, result };
  };

  it('says queued, loading and running of a cold call, and how long it was cold', async () => {
    const fixture = setup();
    const { batcher, attach, call } = fixture;
    const { states } = listen(fixture);
    const { answer } = call('a', 2);
    expect(states).toEqual(['queued']);
    batcher.loading();
    const joined = listen(fixture);
    const startedAtMs = performance.now();
    while (performance.now() < startedAtMs + 10) await tick();
    const link = attach(new FakeLink(), { maxSize: 1 });
    expect(states).toEqual(['queued', 'loading', 'running']);
    expect(joined.states).toEqual(['loading']);
    await tick();
    link.answerNext();
    link.answerNext();
    link.answerNext();
    const { coldStartMs, queueMs } = (await answer).timings;
    expect(coldStartMs).toBeGreaterThanOrEqual(9);
    expect(coldStartMs).toBeLessThanOrEqual(queueMs + 1.1);
    const warm = call('a', 3);
    await tick();
    link.answerNext();
    expect((await warm.answer).timings.coldStartMs).toBe(0);
  });

  it('says running alone of a warm call, and queued before where it waits behind others', async () => {
    const fixture = setup({ batchesInFlight: 1 });
    const link = fixture.attach(new FakeLink(), { maxSize: 1 });
    const first = listen(fixture);
    const second = listen(fixture);
    await tick();
    expect([first.states, second.states]).toEqual([['running'], ['queued']]);
    link.answerNext();
    expect(second.states).toEqual(['queued', 'running']);
  });

  it('says running of a call that was sent ahead when the batch before it is over', async () => {
    const fixture = setup();
    const link = fixture.attach(new FakeLink(), { maxSize: 1 });
    const [first, second] = [listen(fixture), listen(fixture)];
    await tick();
    expect(inputs(link.open)).toEqual([[1], [1]]);
    expect([first.states, second.states]).toEqual([['running'], ['queued']]);
    link.answerNext();
    expect(second.states).toEqual(['queued', 'running']);
  });

  it('says running of every call that a continuous runner has', async () => {
    const fixture = setup();
    fixture.attach(new FakeLink(), { maxSize: 2, continuous: true });
    const calls = [listen(fixture), listen(fixture)];
    await tick();
    expect(calls.map(({ states }) => states)).toEqual([['running'], ['running']]);
  });

  it('tells a call whose runner is lost what it waits for again', async () => {
    const fixture = setup();
    const { batcher, attach, lose } = fixture;
    attach(new FakeLink(), { maxSize: 1 });
    const [begun, ahead] = [listen(fixture), listen(fixture)];
    await tick();
    lose();
    expect([begun.states, ahead.states]).toEqual([['running', 'queued'], ['queued']]);
    batcher.loading();
    const next = attach(new FakeLink(), { maxSize: 1 });
    expect([begun.states, ahead.states]).toEqual([['running', 'queued', 'loading', 'running'], ['queued', 'loading']]);
    next.answerNext();
    next.answerNext();
    expect([begun.states.at(-1), ahead.states.at(-1)]).toEqual(['running', 'running']);
    expect(await Promise.all([begun.result, ahead.result])).toEqual([1, 1]);
  });

  it('tells those of a batch that failed as a whole, but nobody who has left meanwhile', async () => {
    const fixture = setup();
    const link = await attachWarm(fixture);
    const { batcher } = fixture;
    const [first, second] = [listen(fixture), listen(fixture)];
    await tick();
    link.open[0]!.fail();
    expect([first.states, second.states]).toEqual([['running', 'queued', 'running'], ['running', 'queued']]);
    batcher.drop(second.job, cancelled());
    link.answerNext();
    expect(await Promise.all([first.result, second.result])).toEqual([1, 'ENGINE.CANCELLED']);
    expect(second.states).toEqual(['running', 'queued']);
  });
});
