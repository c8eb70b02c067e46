import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FrameKind, FrameSocket, PARTS_IN_FLIGHT, type Frame } from '@steelyard/wire';
import type { BatchResult } from '../queue/batch-link.js';
import { RunnerLink } from './runner-link.js';

let dir: string;
let server: Server;
let link: RunnerLink;
let runner: FrameSocket;
/** What the runner was sent. */
let frames: Frame[];
let fault: Promise<Error | undefined>;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'link-'));
  frames = [];
  link = new RunnerLink();
  server = createServer();
  await new Promise<void>((resolve) => server.listen(join(dir, 's'), resolve));
  const accepted = new Promise<void>((resolve) => {
    server.once('connection', (socket) => {
      fault = new Promise((onClose) => link.connect(new FrameSocket(socket, { maxFrameBytes: 1e6, onFrame: (frame) => link.receive(frame), onClose })));
      resolve();
    });
  });
  runner = new FrameSocket(connect(join(dir, 's')), { maxFrameBytes: 1e6, onFrame: (frame) => frames.push(frame), onClose: () => {} });
  await accepted;
});

afterEach(async () => {
  runner.destroy();
  server.close();
  await rm(dir, { recursive: true, force: true });
});

const item = (onPart?: (part: Uint8Array) => void | Promise<void>) => ({ input: Uint8Array.of(1), bytes: 1, deadlineAtMs: Date.now() + 60_000, onPart });
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
};
const part = (run: number, n: number, at = 0) => runner.send(FrameKind.part, run, { item: at }, Uint8Array.of(n));
const answer = (run: number, lengths = [1]) =>
  runner.send(FrameKind.ran, run, { items: lengths.map((length) => ({ ok: true, length })), computeMs: 1, memoryBytes: 1 }, new Uint8Array(lengths.length).fill(9));
const credits = () => frames.filter(({ kind }) => kind === FrameKind.more).map(({ header }) => header);

describe('RunnerLink', () => {
  it('hands parts to the item that asked for them, in order, before the answer', async () => {
    const seen: unknown[] = [];
    const run = link.run([item(), item(([n]) => void seen.push(n))], ({ answers }) => seen.push(answers.length));
    await until(() => frames.length === 1);
    expect(frames[0]!.header).toEqual({ items: [{ length: 1, deadlineAtMs: expect.any(Number) }, { length: 1, deadlineAtMs: expect.any(Number), stream: true }] });
    for (const n of [1, 2, 3]) part(run, n, 1);
    answer(run, [1, 1]);
    await until(() => seen.length === 4);
    expect(seen).toEqual([1, 2, 3, 2]);
  });

  it('asks for more as fast as the reader takes, in lots', async () => {
    const readers: (() => void)[] = [];
    const run = link.run([item(() => new Promise((resolve) => readers.push(resolve)))], () => {});
    for (let n = 0; n < PARTS_IN_FLIGHT; n++) part(run, n);
    await until(() => readers.length === PARTS_IN_FLIGHT);
    expect(credits()).toEqual([]);
    for (const read of readers.splice(0)) read();
    await until(() => credits().length === 4);
    expect(credits()).toEqual([8, 8, 8, 8].map((parts) => ({ item: 0, parts })));
    for (let n = 0; n < PARTS_IN_FLIGHT; n++) part(run, n);
    await until(() => readers.length === PARTS_IN_FLIGHT);
  });

  it('tells the runner which items nobody waits for, as long as it has them', async () => {
    const results: BatchResult[] = [];
    const run = link.run([item(), item()], (result) => results.push(result));
    link.cancel(run, 1);
    await until(() => frames.length === 2);
    expect(frames[1]).toMatchObject({ kind: FrameKind.cancel, id: run, header: { items: [1] } });
    answer(run, [1, 1]);
    await until(() => results.length === 1);
    link.cancel(run, 0);
    link.run([item()], () => {});
    await until(() => frames.length === 3);
    expect(frames[2]!.kind).toBe(FrameKind.run);
  });

  it.each<[string, (run: number) => void]>([
    ['for an item that did not ask', (run) => part(run, 1, 1)],
    ['for an item that is not there', (run) => part(run, 1, 7)],
    ['of a run that is not there', () => part(99, 1)],
    ['after the answer', (run) => {
      answer(run, [1, 1]);
      part(run, 1);
    }],
    ['without an item', (run) => runner.send(FrameKind.part, run, undefined)],
    ['more than it may', (run) => {
      for (let n = 0; n <= PARTS_IN_FLIGHT; n++) part(run, n);
    }],
  ])('takes the socket of a runner that sends parts %s', async (_, misbehave) => {
    const run = link.run([item(() => new Promise(() => {})), item()], () => {});
    misbehave(run);
    expect(await fault).toMatchObject({ code: 'WIRE.FRAME_INVALID' });
  });

  const loaded = { inputs: [], outputs: [], loadMs: 1, memoryBytes: 2 ** 20, device: 'cpu' };

  it('reads what a loaded model takes', async () => {
    const answered = link.ask(FrameKind.load, {}, FrameKind.loaded);
    await until(() => frames.length === 1);
    runner.send(FrameKind.loaded, frames[0]!.id, loaded);
    expect(await answered).toEqual(loaded);
  });

  it.each<[string, unknown]>([
    ['a 64-bit integer', { ...loaded, memoryBytes: 2n ** 60n }],
    ['no number', { ...loaded, memoryBytes: Number.NaN }],
    ['negative', { ...loaded, memoryBytes: -1 }],
    ['text', { ...loaded, memoryBytes: '1' }],
    ['missing', { ...loaded, memoryBytes: undefined }],
    ['not said at all', undefined],
  ])('takes the socket of a runner whose memory after the load is %s', async (_, header) => {
    void link.ask(FrameKind.load, {}, FrameKind.loaded);
    await until(() => frames.length === 1);
    runner.send(FrameKind.loaded, frames[0]!.id, header);
    expect(await fault).toMatchObject({ code: 'WIRE.FRAME_INVALID' });
  });
});
