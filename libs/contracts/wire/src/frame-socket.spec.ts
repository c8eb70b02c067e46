import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { FrameSocket, type FrameSocketOptions } from './frame-socket.js';
import { FrameKind, type Frame } from './runner-protocol.js';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A stream socket that keeps what is written and takes what is pushed. */
function tape(): { socket: Socket; written: Buffer[] } {
  const written: Buffer[] = [];
  const duplex = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      written.push(Buffer.from(chunk));
      done();
    },
    writev(chunks, done) {
      written.push(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)));
      done();
    },
  });
  return { socket: duplex as unknown as Socket, written };
}

const options = (over: Partial<FrameSocketOptions> = {}): FrameSocketOptions => ({
  onFrame: () => {},
  onClose: () => {},
  maxFrameBytes: 1 << 20,
  ...over,
});

const sent = fc.record({
  id: fc.nat({ max: 0xffff_ffff }),
  header: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.oneof(fc.integer(), fc.string())),
  body: fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 3 }),
});

interface Sent {
  id: number;
  header: Record<string, unknown>;
  body: readonly Uint8Array[];
}

function bytesOf(frames: readonly Sent[]): Buffer {
  const { socket, written } = tape();
  const writer = new FrameSocket(socket, options());
  for (const frame of frames) writer.send(FrameKind.run, frame.id, frame.header, ...frame.body);
  writer.flush();
  return Buffer.concat(written);
}

async function socketPair(first: FrameSocketOptions, second: FrameSocketOptions): Promise<[FrameSocket, FrameSocket]> {
  const dir = await mkdtemp(join(tmpdir(), 'frames-'));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(dir, 's'), resolve));
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const client = connect(join(dir, 's'));
  const other = await accepted;
  cleanups.push(
    () => rm(dir, { recursive: true, force: true }),
    () => new Promise<void>((resolve) => server.close(() => resolve())),
    () => (client.destroy(), other.destroy(), undefined),
  );
  return [new FrameSocket(client, first), new FrameSocket(other, second)];
}

describe('FrameSocket', () => {
  it('reads the same frames however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(sent, { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), (frames, cuts) => {
        const received: Frame[] = [];
        const { socket } = tape();
        new FrameSocket(socket, options({ onFrame: (frame) => received.push(frame) }));
        const bytes = bytesOf(frames);
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const length = cuts[i % cuts.length]!;
          socket.emit('data', bytes.subarray(at, at + length));
          at += length;
        }
        expect(received.map(({ kind, id, header, body }) => ({ kind, id, header, body: Buffer.from(body) }))).toEqual(
          frames.map(({ id, header, body }) => ({ kind: FrameKind.run, id, header, body: Buffer.concat(body) })),
        );
      }),
    );
  });

  it('writes everything of one tick at once', async () => {
    const { socket, written } = tape();
    const writer = new FrameSocket(socket, options());
    for (let id = 0; id < 100; id++) writer.send(FrameKind.run, id, { id }, new Uint8Array(10));
    expect(written).toHaveLength(0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(written).toHaveLength(1);
  });

  it('carries large bodies over a real socket, both ways, in order', async () => {
    const large = new Uint8Array(3_000_000).map((_, i) => i % 251);
    const back: Frame[] = [];
    let done = () => {};
    const finished = new Promise<void>((resolve) => (done = resolve));
    const limits = { maxFrameBytes: 8 << 20 };
    const [near, far] = await socketPair(
      options({ ...limits, onFrame: (frame) => (back.push(frame), back.length === 20 && done()) }),
      options({ ...limits, onFrame: (frame) => far.send(FrameKind.ran, frame.id, frame.header, frame.body) }),
    );
    for (let id = 0; id < 20; id++) near.send(FrameKind.run, id, { id }, id % 2 ? large : large.subarray(0, 100), new Uint8Array([id]));
    await finished;
    back.forEach((frame, id) => {
      expect(frame.id).toBe(id);
      expect(frame.body.at(-1)).toBe(id);
      expect(Buffer.compare(frame.body.subarray(0, -1), id % 2 ? large : large.subarray(0, 100))).toBe(0);
    });
  });

  it('reads a large frame that comes in small pieces in linear time', () => {
    const body = new Uint8Array(16 << 20);
    const bytes = bytesOf([{ id: 1, header: {}, body: [body] }]);
    const received: Frame[] = [];
    const { socket } = tape();
    new FrameSocket(socket, options({ maxFrameBytes: 32 << 20, onFrame: (frame) => received.push(frame) }));
    const startedMs = performance.now();
    for (let at = 0; at < bytes.length; at += 4_096) socket.emit('data', bytes.subarray(at, at + 4_096));
    expect(received).toHaveLength(1);
    // Copying the beginning again for each of the 4,096 pieces would move 34 GB.
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });

  it.each([
    ['a frame beyond the limit', Buffer.from('ffffff7f', 'hex')],
    ['a frame shorter than its prefix', Buffer.from('0100000000', 'hex')],
    ['a header longer than the frame', Buffer.from('0c00000004000000010000000a000000', 'hex')],
    ['a header that is not CBOR', Buffer.from('0d000000040000000100000001000000ff', 'hex')],
  ])('closes over %s', async (_, bytes) => {
    const { socket } = tape();
    const closed = new Promise<Error | undefined>((resolve) => new FrameSocket(socket, options({ onClose: resolve })));
    socket.emit('data', bytes);
    expect(await closed).toMatchObject({ code: expect.stringMatching(/^WIRE\./) });
  });

  it('closes when a frame makes its reader throw, and says why', async () => {
    const { socket } = tape();
    const failure = new TypeError('header.items is not iterable');
    const closed = new Promise<Error | undefined>((resolve) => {
      new FrameSocket(socket, options({ onClose: resolve, onFrame: () => { throw failure; } }));
    });
    socket.emit('data', bytesOf([{ id: 1, header: {}, body: [] }]));
    expect(await closed).toBe(failure);
  });

  it('sends what is queued before it closes', async () => {
    let end = () => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    const received: number[] = [];
    const [near] = await socketPair(options(), options({ onFrame: ({ id }) => received.push(id), onClose: () => end() }));
    near.send(FrameKind.close, 7, {});
    near.close();
    await ended;
    expect(received).toEqual([7]);
  });
});
