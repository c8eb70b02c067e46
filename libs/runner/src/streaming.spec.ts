import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Manifest } from '@steelyard/model-package';
import { fixtureManifest } from '@steelyard/runtime-testkit';
import { PARTS_IN_FLIGHT } from '@steelyard/wire';
import { Host } from '../spec/host.js';
import { connectRunner } from './connect-runner.js';

const words = (count: number): string => Array.from({ length: count }, (_, i) => `w${i} `).join('');
const LONG = words(PARTS_IN_FLIGHT + 20);
const joined = (parts: readonly { readonly part: unknown }[]): string => parts.map(({ part }) => (part as { text: string }).text).join('');
const of = (item: number) => (sent: { readonly item: number }) => sent.item === item;

describe('answers in parts', () => {
  let host: Host;
  let closed: Promise<void>;
  const load = (options: Record<string, unknown> = {}, fields: Partial<Manifest> = {}) =>
    host.load({ ...fixtureManifest({ name: 'echo' }, { files: {}, options: { parts: true, ...options } }), ...fields });

  beforeEach(async () => {
    host = await Host.listen();
    const hello = host.accept();
    closed = new Promise((onClose) => void connectRunner({ socketPath: host.socketPath, token: 't', runtimePackage: '@steelyard/runtime-echo', onClose }));
    await hello;
  });
  afterEach(async () => {
    await host.close();
    await closed;
  });

  it('come before the answer, each with its item, for those that asked alone', async () => {
    await load();
    const stream = host.stream([{ text: 'a b' }, { text: 'c', n: 1 }]);
    expect(await stream.ran).toEqual([{ output: { text: 'a b' } }, { output: { text: 'c', n: 1 } }]);
    expect(stream.parts.filter(of(0)).map(({ part }) => part)).toEqual([{ text: 'a ' }, { text: 'b' }]);
    expect(stream.parts.filter(of(1)).map(({ part }) => part)).toEqual([{ text: 'c' }, { n: 1 }]);
    expect(await host.run([{ text: LONG }])).toEqual([{ output: { text: LONG } }]);
  });

  it('leave out the post ops, which the answer goes through', async () => {
    await load({}, { post: [{ op: 'softmax', tensor: 'y' }], output: { properties: { y: {} } } });
    const stream = host.stream([{ y: { dtype: 'float32', shape: [2], data: Float32Array.of(1, 1) }, text: 'a b' }]);
    expect(await stream.ran).toEqual([{ output: { y: { dtype: 'float32', shape: [2], data: Float32Array.of(0.5, 0.5) } } }]);
    expect(joined(stream.parts)).toBe('a b');
  });

  it('wait for the reader beyond those in flight, each item for its own', async () => {
    await load();
    const stream = host.stream([{ text: LONG }, { text: 'x y' }]);
    await stream.atLeast(PARTS_IN_FLIGHT + 2);
    stream.more(0, 5);
    await stream.atLeast(PARTS_IN_FLIGHT + 7);
    expect([stream.parts.filter(of(0)).length, stream.parts.filter(of(1)).length]).toEqual([PARTS_IN_FLIGHT + 5, 2]);
    stream.more(0, 1000);
    expect(await stream.ran).toEqual([{ output: { text: LONG } }, { output: { text: 'x y' } }]);
    expect(joined(stream.parts.filter(of(0)))).toBe(LONG);
  });

  it('end with what was handed out when the reader leaves', async () => {
    await load({ partDelayMs: 1 });
    const stream = host.stream([{ text: LONG }]);
    await stream.atLeast(3);
    stream.cancel(0);
    const [answer] = await stream.ran;
    expect(LONG.startsWith(joined(stream.parts))).toBe(true);
    expect((answer as { output: { text: string } }).output.text.length).toBeLessThan(LONG.length);
  });

  it('end when a reader that takes no more leaves, and when its deadline passes', async () => {
    await load();
    const left = host.stream([{ text: LONG }]);
    await left.atLeast(PARTS_IN_FLIGHT);
    left.cancel(0);
    expect(await left.ran).toMatchObject([{ output: { text: expect.stringContaining('w31 ') } }]);
    const late = host.stream([{ text: LONG }], Date.now() + 100);
    expect(await late.ran).toMatchObject([{ output: { text: expect.stringContaining('w31 ') } }]);
    expect(late.parts).toHaveLength(PARTS_IN_FLIGHT);
  });

  it('go on for the others when one reader of a run leaves', async () => {
    await load({ partDelayMs: 1 });
    const stream = host.stream([{ text: words(20) }, { text: words(20) }]);
    await stream.atLeast(4);
    stream.cancel(0);
    expect((await stream.ran)[1]).toEqual({ output: { text: words(20) } });
    expect(joined(stream.parts.filter(of(1)))).toBe(words(20));
  });

  it('are not started for a run that was cancelled in the queue', async () => {
    await load({ partDelayMs: 1 });
    const first = host.stream([{ text: words(10) }]);
    const second = host.stream([{ text: words(10) }, { text: 'kept' }]);
    second.cancel(0);
    await first.ran;
    expect(await second.ran).toMatchObject([{ error: { code: 'RUNTIME.CANCELLED', kind: 'cancelled' } }, { output: { text: 'kept' } }]);
    expect(second.parts.filter(of(0))).toEqual([]);
  });

  it('are no longer the matter of a run that has been answered', async () => {
    await load();
    const stream = host.stream([{ text: 'a' }]);
    await stream.ran;
    stream.more(0, 3);
    stream.cancel(0);
    expect(await host.run([{ text: 'still here' }])).toEqual([{ output: { text: 'still here' } }]);
  });
});
