import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { fixtureManifest } from '@steelyard/runtime-testkit';
import { FrameKind } from '@steelyard/wire';
import { Host } from '../spec/host.js';

// The compiled entry in a process of its own, as an EngineHost starts it.
let host: Host;
beforeEach(async () => {
  host = await Host.listen();
});
afterEach(() => host.close());

const manifest = (options: Record<string, unknown> = {}) => fixtureManifest({ name: 'echo' }, { files: {}, options });

it('runs, and ends cleanly when it is asked to', async () => {
  expect(await host.spawn('@steelyard/runtime-echo')).toEqual({ pid: host.child?.pid, token: 'a-token' });
  await host.load(manifest());
  expect(await host.run([{ a: 1 }])).toEqual([{ output: { a: 1 } }]);
  const exit = once(host.child as never, 'exit');
  host.send(FrameKind.close, 1, {});
  expect(await exit).toEqual([0, null]);
});

it('ends when the host is gone, without being told', async () => {
  await host.spawn('@steelyard/runtime-echo');
  await host.load(manifest({ delayMs: 60_000 }));
  void host.run([{}], Date.now() + 60_000);
  const exit = once(host.child as never, 'exit');
  host.hangUp();
  expect(await exit).toEqual([0, null]);
});

it('dies of a crash as the echo runtime has it', async () => {
  await host.spawn('@steelyard/runtime-echo');
  await host.load(manifest({ crashOn: true }));
  expect(await host.run([{ crash: false }])).toHaveLength(1);
  const exit = once(host.child as never, 'exit');
  void host.run([{ crash: true }]);
  expect(await exit).toEqual([null, 'SIGKILL']);
});

it('reports the memory that a model really takes', async () => {
  await host.spawn('@steelyard/runtime-echo');
  const { memoryBytes } = await host.load(manifest({ allocateMb: true }));
  await host.run([{ allocateMb: 100 }]);
  const { header } = await host.ask(FrameKind.run, { items: [] });
  if (process.platform === 'linux') expect((header as { memoryBytes: number }).memoryBytes - memoryBytes).toBeGreaterThan(90e6);
});

it('is called after its model in the process list', async () => {
  await host.spawn('@steelyard/runtime-echo', 'acme/digits@1.0.0');
  if (process.platform === 'linux') expect(readFileSync(`/proc/${host.child?.pid}/cmdline`, 'latin1')).toContain('steelyard-runner acme/digits@1.0.0');
});

it('survives Ctrl-C, which reaches the whole process group', async () => {
  await host.spawn('@steelyard/runtime-echo');
  host.child?.kill('SIGINT');
  await host.load(manifest());
  expect(await host.run([{ a: 1 }])).toEqual([{ output: { a: 1 } }]);
});
