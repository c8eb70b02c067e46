import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { ServerResponse } from 'node:http';
import { afterEach, expect, it } from '@jest/globals';
import { Answer, inferenceErrors, type PredictCommand, type PredictEvent, type PredictResult } from '@steelyard/domain-inference';
import type { Caller } from '@steelyard/kernel';
import { BareRoutes } from '@steelyard/platform-http';
import { noTracing, silentLogger, type TraceSpan } from '@steelyard/platform-observability';
import { encodeValue } from '@steelyard/wire';
import { fastify, type FastifyInstance } from 'fastify';
import type { DoorOptions } from '@steelyard/protocol-door';
import { createNativeDoor } from './native-door.js';

const caller = { organizationId: 'o', organizationHandle: 'acme', actorId: 'key1', scopes: new Set(['predict']) } as unknown as Caller;

/** An answer nested deeper than anybody reads. */
const DEEP = Uint8Array.of(...new Array<number>(70).fill(0x81), 1);

const result = (coldStartMs = 0, cbor = encodeValue({ text: 'ab' })) =>
  ({
    predictionId: 'p1',
    version: { label: 'acme/story@1.0.0', owner: 'acme', name: 'story' },
    answer: new Answer(cbor),
    amountNano: 5n,
    lines: [{ unit: 'request', quantity: 1n, amountNano: 5n }],
    isFree: false,
    currency: 'usd',
    replayed: false,
    timings: { queueMs: 1, computeMs: 2, totalMs: 3, coldStartMs },
  }) as unknown as PredictResult;

const servers: FastifyInstance[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

type Stream = (command: PredictCommand, response: ServerResponse) => AsyncGenerator<PredictEvent, void>;

const ended: unknown[] = [];
const spanOf = (traceparent: string): TraceSpan => ({
  traceparent: `${traceparent}-here`,
  child: spanOf,
  set: (attributes) => void ended.push(attributes),
  fail: (error) => void ended.push(error),
  end: () => void ended.push('end'),
});

/** The door with a use case of the test's own behind it, listening. */
async function open(stream: Stream, events: DoorOptions['events'] = {}, answer = result(12.3)): Promise<URL> {
  const bare = new BareRoutes();
  const server = fastify({ forceCloseConnections: true, serverFactory: bare.createServer });
  servers.push(server);
  let response: ServerResponse;
  const door = createNativeDoor({
    identity: { identify: async () => ({ caller }) },
    runPrediction: { run: async () => answer, stream: (command) => stream(command, response) },
    logger: silentLogger,
    tracing: { ...noTracing, begin: (_name, traceparent) => (typeof traceparent === 'string' ? spanOf(traceparent) : undefined) },
    bodyBytesMax: 1_000,
    events,
  });
  bare.add({ ...door, serve: (request) => door.serve({ ...request, response: (response = request.response) }) });
  return new URL('/v1/predict/acme/story', await server.listen({ port: 0, host: '127.0.0.1' }));
}

const ask = (url: URL, headers: Record<string, string> = { accept: 'text/event-stream' }) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{}' });

/** A connection that sends its request and reads nothing. */
async function askAndNeverRead(url: URL): Promise<Socket> {
  const socket = connect(Number(url.port), url.hostname);
  await once(socket, 'connect');
  socket.pause();
  socket.write(`POST ${url.pathname} HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`);
  return socket;
}

it.each([{ accept: 'text/event-stream' }, { 'steelyard-stream': 'true' }])('answers %j with events', async (headers) => {
  const url = await open(async function* () {
    yield { type: 'waits', state: 'loading' };
    yield { type: 'part', part: { text: 'a\nb' } };
    yield { type: 'done', result: result() };
  });
  const response = await ask(url, headers as unknown as Record<string, string>);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  });
  expect(await response.text()).toBe(
    [
      'event: state\ndata: {"state":"loading"}\n\n',
      'event: part\ndata: {"text":"a\\nb"}\n\n',
      'event: done\ndata: {"output":{"text":"ab"},"prediction":{"id":"p1","model":"acme/story@1.0.0","costNano":"5","currency":"usd","units":[{"unit":"request","quantity":"1","amountNano":"5"}],"replayed":false,"timings":{"queueMs":1,"computeMs":2,"totalMs":3,"coldStartMs":0}}}\n\n',
    ].join(''),
  );
});

it('answers in one piece when nobody asks for events, and says what the cold start took', async () => {
  const url = await open(() => {
    throw new TypeError('nobody asked for events');
  });
  const response = await ask(url, {});
  expect(await response.json()).toEqual({ text: 'ab' });
  expect(response.headers.get('server-timing')).toBe('queue;dur=1.00, compute;dur=2.00, total;dur=3.00, cold;dur=12.30');
});

it('takes part in the caller’s trace', async () => {
  ended.length = 0;
  const url = await open(async function* ({ span }) {
    expect(span?.traceparent).toBe('mine-here');
    yield { type: 'done', result: result() };
  });
  for (const accept of ['application/json', 'text/event-stream']) {
    const response = await ask(url, { accept, traceparent: 'mine' });
    expect(response.headers.get('traceparent')).toBe('mine-here');
    await response.text();
  }
  await servers[0]!.close();
  const told = [{ 'http.request.method': 'POST', 'http.response.status_code': 200 }, 'end'];
  expect(ended).toEqual([...told, ...told]);
});

it('answers what fails before the first event as ordinary errors', async () => {
  const url = await open(async function* () {
    yield await Promise.reject(inferenceErrors.ANSWER_GONE({ id: 'p1' }));
  });
  const response = await ask(url);
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ error: { code: 'INFERENCE.ANSWER_GONE', charged: true } });
});

it('ends with an error event when it fails midway, and says whether it was charged', async () => {
  let error: Error = new TypeError('a secret of ours');
  const url = await open(async function* () {
    yield { type: 'part', part: 1 };
    throw error;
  });
  const dataOf = async () => JSON.parse(/event: error\ndata: (.*)\n\n$/.exec(await (await ask(url)).text())![1]!) as unknown;
  expect(await dataOf()).toMatchObject({ status: 500, error: { code: 'INTERNAL', message: 'Something went wrong on our side.', charged: false } });
  error = inferenceErrors.CUT_SHORT_BY_DEADLINE({ parts: 1, id: 'p1', amountNano: '3', currency: 'usd' });
  expect(await dataOf()).toMatchObject({ status: 504, error: { code: 'INFERENCE.CUT_SHORT_BY_DEADLINE', charged: true, details: { parts: 1, id: 'p1', amountNano: '3' } } });
  error = inferenceErrors.CUT_SHORT_BY_LIMIT({ parts: 1, id: 'p1', amountNano: '3', currency: 'usd', budgetId: 'b1' });
  expect(await dataOf()).toMatchObject({ status: 402, error: { code: 'INFERENCE.CUT_SHORT_BY_LIMIT', charged: true, retryable: false, details: { amountNano: '3', budgetId: 'b1' } } });
});

it('says of an answer that it cannot write that it was charged', async () => {
  const url = await open(async function* () {
    yield { type: 'done', result: result(0, DEEP) };
  }, {}, result(0, DEEP));
  const error = { code: 'INFERENCE.ANSWER_UNWRITABLE', charged: true, retryable: false, details: { id: 'p1', amountNano: '5', currency: 'usd' } };
  const response = await ask(url, {});
  expect([response.status, await response.json()]).toEqual([500, { error: expect.objectContaining({ ...error, details: expect.objectContaining(error.details) }) }]);
  expect(JSON.parse(/^event: error\ndata: (.*)\n\n$/.exec(await (await ask(url)).text())![1]!)).toMatchObject({ status: 500, error });
  // As CBOR it is given as it came.
  expect(new Uint8Array(await (await ask(url, { accept: 'application/cbor' })).arrayBuffer())).toEqual(DEEP);
});

it('tells the call of a part that it cannot write, and its reader what came of that', async () => {
  const unwritable = { toJSON: () => { throw new TypeError('no JSON'); } };
  let told: unknown;
  const url = await open(async function* () {
    try {
      yield { type: 'waits', state: 'running' };
      yield { type: 'part', part: unwritable };
    } catch (error) {
      told = error;
      throw inferenceErrors.ANSWER_UNWRITABLE({ id: 'p1', amountNano: '3', currency: 'usd', replayed: false });
    }
  });
  const text = await (await ask(url)).text();
  expect(told).toBeInstanceOf(TypeError);
  expect(JSON.parse(/event: error\ndata: (.*)\n\n$/.exec(text)![1]!)).toMatchObject({ error: { code: 'INFERENCE.ANSWER_UNWRITABLE', charged: true } });
});

it('says that it is alive while nothing happens', async () => {
  const beats = new AbortController();
  const url = await open(
    async function* () {
      yield { type: 'waits', state: 'queued' };
      await once(beats.signal, 'abort');
      yield { type: 'done', result: result() };
    },
    { heartbeatMs: 5 },
  );
  const text = await readUntil(await ask(url), (read) => read.includes(': \n\n: \n\n'), () => beats.abort());
  expect(text).toContain('event: done');
});

it('stops the call when its reader goes', async () => {
  const left = new AbortController();
  const url = await open(async function* ({ signal }) {
    yield { type: 'waits', state: 'running' };
    await once(signal!, 'abort');
    left.abort();
    throw inferenceErrors.CUT_SHORT_BY_CALLER({ parts: 0, id: 'p1', amountNano: '3', currency: 'usd' });
  });
  const socket = await askAndNeverRead(url);
  socket.resume();
  await once(socket, 'data');
  socket.destroy();
  if (!left.signal.aborted) await once(left.signal, 'abort');
  expect(left.signal.aborted).toBe(true);
});

it('asks for no more than fits when its reader never reads, and cuts it off', async () => {
  const part = 'x'.repeat(64 * 1024);
  const over = new AbortController();
  let [pulled, buffered, returned] = [0, 0, false];
  const url = await open(
    async function* (_command, response) {
      try {
        for (; pulled < 2_000; pulled += 1) {
          buffered = Math.max(buffered, response.writableLength);
          yield { type: 'part', part };
        }
      } finally {
        returned = true;
        over.abort();
      }
    },
    { stalledMs: 150 },
  );
  const socket = await askAndNeverRead(url);
  await once(over.signal, 'abort');
  expect(returned).toBe(true);
  // What the kernel holds of a connection is its own affair; of 125 MiB it is a small part.
  expect(pulled).toBeLessThan(400);
  expect(buffered).toBeLessThan(2 * part.length);
  socket.destroy();
});

async function readUntil(response: Response, enough: (read: string) => boolean, then: () => void): Promise<string> {
  let read = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    read += chunk;
    if (enough(read)) then();
  }
  return read;
}
