import { expect, it } from '@jest/globals';
import { Interrupted, sendFile, type Held, type Transport } from './send-file';

const MIB = 1024 * 1024;
const file = { path: 'model.onnx', sha256: 'a'.repeat(64), file: new Blob([new Uint8Array(20 * MIB)]) };

/** Keeps bytes as the server does. `trouble` decides what becomes of each part: how many of its bytes arrive, or the error. */
function server(trouble: (try_: number) => 'takes all' | { arrive: number; error: Error } = () => 'takes all', held: Held = { offset: 0 }) {
  const state = { ...held, tries: 0, bytesTaken: 0, waits: [] as number[] };
  const transport: Transport = {
    ask: () => Promise.resolve({ offset: state.offset, length: state.length }),
    send: ({ offset, length, bytes }, _signal, onSent) => {
      if (offset !== state.offset) return Promise.resolve(state.offset);
      state.length = length;
      const fate = trouble(state.tries++);
      const taken = fate === 'takes all' ? bytes.size : fate.arrive;
      onSent(taken);
      state.offset += taken;
      state.bytesTaken += taken;
      return fate === 'takes all' ? Promise.resolve(state.offset) : Promise.reject(fate.error);
    },
    wait: (ms) => {
      state.waits.push(ms);
      return Promise.resolve();
    },
  };
  return { state, transport };
}

function send(transport: Transport, signal = new AbortController().signal) {
  const offsets: number[] = [];
  const waiting: (number | undefined)[] = [];
  return { offsets, waiting, done: sendFile(file, transport, { signal, onOffset: (bytes) => offsets.push(bytes), onWaiting: (ms) => waiting.push(ms) }) };
}

it('sends a file in parts, and nothing of one that is there', async () => {
  const { state, transport } = server();
  const { offsets, done } = send(transport);
  await done;
  expect(state).toMatchObject({ offset: 20 * MIB, tries: 3 });
  expect(offsets.at(-1)).toBe(20 * MIB);
  await send(transport).done;
  expect(state.tries).toBe(3);
});

it('goes on from the byte that arrived last, and waits longer each time that the connection is still away', async () => {
  const lost = new Interrupted('connection', undefined);
  const { state, transport } = server((at) => (at === 1 ? { arrive: 3 * MIB, error: lost } : at >= 2 && at < 6 ? { arrive: 0, error: lost } : 'takes all'));
  const { waiting, done } = send(transport);
  await done;
  expect(state).toMatchObject({ offset: 20 * MIB, bytesTaken: 20 * MIB, waits: [500, 1_000, 2_000, 4_000, 8_000] });
  expect(waiting.at(-1)).toBeUndefined();
});

it('sends only what is lacking of a file that was begun, and all of one that was announced with another length', async () => {
  const begun = server(undefined, { offset: 15 * MIB, length: 20 * MIB });
  await send(begun.transport).done;
  expect(begun.state.bytesTaken).toBe(5 * MIB);
  const other = server(undefined, { offset: 0, length: 7 });
  await send(other.transport).done;
  expect(other.state.bytesTaken).toBe(20 * MIB);
});

it('gives up where the server refuses for good or too often, and when it is told to', async () => {
  const refusal = new RangeError('too large');
  await expect(send(server(() => ({ arrive: 0, error: refusal })).transport).done).rejects.toBe(refusal);
  const busy = server(() => ({ arrive: 0, error: new Interrupted('server', undefined) }));
  await expect(send(busy.transport).done).rejects.toBeInstanceOf(Interrupted);
  expect(busy.state.tries).toBe(8);
  const stop = new AbortController();
  const stopped = server(() => (stop.abort(new Error('cancelled')), { arrive: 0, error: new Interrupted('connection', undefined) }));
  await expect(send(stopped.transport, stop.signal).done).rejects.toThrow('cancelled');
});

it('an empty file takes one part', async () => {
  const { state, transport } = server();
  await sendFile({ ...file, file: new Blob([]) }, transport, { signal: new AbortController().signal, onOffset: () => undefined, onWaiting: () => undefined });
  expect(state).toMatchObject({ length: 0, tries: 1 });
});
