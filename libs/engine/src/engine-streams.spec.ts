import { afterEach, describe, expect, it } from '@jest/globals';
import { PARTS_IN_FLIGHT } from '@steelyard/wire';
import { createFixture, until, type Fixture } from '../test/engine-fixture.js';

let fixture: Fixture;
afterEach(() => fixture.close());

const words = (count: number) => Array.from({ length: count }, (_, n) => `w${n} `);
const runnerOf = () => fixture.host.status().models[0]!.runners[0]!;

describe('EngineHost, with answers in parts', () => {
  it('hands out the parts in order, then the answer, and says what a cold call waits for', async () => {
    fixture = await createFixture();
    const { addModel, follow, loads } = fixture;
    await addModel('echo', { options: { parts: true } });
    const cold = follow('echo', { text: words(100).join('') });
    const { timings } = await cold.answer;
    expect(cold.parts).toEqual(words(100).map((text) => ({ text })));
    expect(timings.parts).toBe(100);
    expect(cold.states).toEqual(['queued', 'loading', 'running']);
    expect(timings.coldStartMs).toBeGreaterThan(0);
    expect(timings.coldStartMs).toBeLessThanOrEqual(timings.queueMs + 1);
    expect(loads).toEqual([expect.objectContaining({ label: 'acme/echo@1.0.0', device: 'cpu' })]);
    expect(loads[0]!.startMs).toBeGreaterThan(0);
    const warm = follow('echo', { text: 'once more' });
    expect((await warm.answer).timings).toMatchObject({ parts: 2, coldStartMs: 0 });
    expect(warm.states).toEqual(['running']);
  });

  it('goes no further ahead of a slow reader than the window', async () => {
    fixture = await createFixture();
    const { addModel, follow } = fixture;
    await addModel('echo', { options: { parts: true } });
    const reads: (() => void)[] = [];
    const slow = follow('echo', { text: words(100).join('') }, { onPart: () => new Promise((resolve) => reads.push(resolve)) });
    await until(() => slow.parts.length === PARTS_IN_FLIGHT);
    reads.splice(0, 8).forEach((read) => read());
    await until(() => slow.parts.length === PARTS_IN_FLIGHT + 8);
    const reader = setInterval(() => reads.splice(0).forEach((read) => read()), 1);
    await slow.answer.finally(() => clearInterval(reader));
    expect(slow.parts).toHaveLength(100);
  });

  it('stops a call in the middle when its caller leaves or its time is over; its runner goes on', async () => {
    fixture = await createFixture();
    const { addModel, follow, call, exits } = fixture;
    await addModel('slow', { options: { parts: true, partDelayMs: 20 } });
    await call('slow', {});
    const abort = new AbortController();
    const left = follow('slow', { text: words(1_000).join('') }, { signal: abort.signal });
    await until(() => left.parts.length >= 3);
    abort.abort();
    await expect(left.answer).rejects.toMatchObject({ code: 'ENGINE.CANCELLED', details: { parts: left.parts.length } });
    const late = follow('slow', { text: words(1_000).join('') }, { timeoutMs: 200 });
    await expect(late.answer).rejects.toMatchObject({ code: 'ENGINE.DEADLINE_EXCEEDED', details: { parts: expect.any(Number) } });
    const startedAtMs = performance.now();
    expect(await call('slow', { n: 1 })).toEqual({ n: 1 });
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
    expect(late.parts.length).toBeLessThan(1_000);
    expect(exits).toEqual([]);
  });

  it('fails a call that has begun to answer when its runner is lost, and does not begin again', async () => {
    fixture = await createFixture();
    const { addModel, follow, call } = fixture;
    await addModel('slow', { options: { parts: true, partDelayMs: 20 }, batching: { maxSize: 1, maxDelayMs: 0 } });
    await call('slow', {});
    const begun = follow('slow', { text: words(1_000).join('') });
    const waiting = follow('slow', { n: 1 });
    await until(() => begun.parts.length >= 2);
    process.kill(runnerOf().pid!, 'SIGKILL');
    await expect(begun.answer).rejects.toMatchObject({ code: 'ENGINE.RUNNER_LOST', details: { parts: begun.parts.length } });
    await waiting.answer;
    expect(begun.parts).toEqual(words(begun.parts.length).map((text) => ({ text })));
  });
});
