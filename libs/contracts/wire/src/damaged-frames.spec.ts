import { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeValue } from './encode-value.js';
import { FrameSocket } from './frame-socket.js';
import type { Frame } from './runner-protocol.js';

const SEED = 20_261_130;
const RUNS = 800;

function frame(header: Uint8Array, body: Uint8Array): Buffer {
  const prefix = Buffer.alloc(16);
  prefix.writeUInt32LE(12 + header.length + body.length, 0);
  prefix.writeUInt32LE(1, 4);
  prefix.writeUInt32LE(7, 8);
  prefix.writeUInt32LE(header.length, 12);
  return Buffer.concat([prefix, header, body]);
}

const frames = fc.array(fc.tuple(fc.jsonValue({ maxDepth: 3 }), fc.uint8Array({ maxLength: 60 })), { minLength: 1, maxLength: 4 }).map((all) => Buffer.concat(all.map(([header, body]) => frame(Buffer.from(encodeValue(header)), body))));
const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { maxLength: 4 });
const cuts = fc.array(fc.nat(), { maxLength: 5 });

it('frames that are damaged, in pieces of any size, are read or close the socket, and nothing is thrown at whoever reads', async () => {
  let [read, closed] = [0, 0];
  await fc.assert(
    fc.asyncProperty(frames, flips, cuts, async (whole, damage, where) => {
      const bytes = Buffer.from(whole);
      for (const [at, by] of damage) bytes[at % bytes.length]! ^= by;
      const duplex = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
      const got: Frame[] = [];
      const end = new Promise<Error | undefined>((ended) => {
        new FrameSocket(duplex as unknown as Socket, { onFrame: (one) => got.push(one), onClose: ended, maxFrameBytes: 1 << 16 });
      });
      const ends = [...where.map((at) => at % bytes.length), bytes.length].sort((a, b) => a - b);
      ends.reduce((start, stop) => (duplex.push(bytes.subarray(start, stop)), stop), 0);
      duplex.push(null);
      duplex.on('end', () => duplex.destroy());
      const error = await end;
      read += got.length;
      if (error) closed += 1;
      if (damage.length === 0) expect(error).toBeUndefined();
      if (error) expect(error).toMatchObject({ code: expect.stringMatching(/^WIRE\./) });
    }),
    { seed: SEED, numRuns: RUNS },
  );
  console.log(`fuzzing: ${RUNS} streams of frames: ${read} frames read, ${closed} streams closed`);
  expect(read).toBeGreaterThan(RUNS / 2);
  expect(closed).toBeGreaterThan(RUNS / 20);
});
