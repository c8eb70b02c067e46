import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type CallState, createClient, retry, SteelyardError } from '../index.js';
import { readEvents } from './read-events.js';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

type Answer = (response: ServerResponse, request: IncomingMessage) => unknown;

/** A server that answers the requests one after the other, the last answer again and again. */
async function serve(...answers: Answer[]) {
  const seen: IncomingMessage['headers'][] = [];
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      seen.push(request.headers);
      void answers[Math.min(seen.length, answers.length) - 1]!(response, request);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closing.push(async () => {
    server.closeAllConnections();
    await once(server.close(), 'close');
  });
  return { seen, client: createClient({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, plugins: [retry({ baseDelayMs: 1 })] }) };
}

const event = (name: string, data: unknown) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const part = (text: string) => event('part', { text });
const done = event('done', {
  output: { text: 'ab' },
  prediction: { id: 'p-1', model: 'acme/story@1.0.0', costNano: '5', currency: 'usd', replayed: false, timings: { queueMs: 1, coldStartMs: 2 }, deprecation: { since: '2026-01-01T00:00:00.000Z', sunsetAt: '2027-01-01T00:00:00.000Z' } },
});
const open = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'x-request-id': 'r-1' });
const events = (...texts: string[]): Answer => (response) => open(response).end(texts.join(''));
/** Sends these, and goes on only when the client has gone. */
const hang = (gone: () => void, ...texts: string[]): Answer => (response) => {
  response.on('close', gone);
  open(response).write(texts.join(''));
};

async function failureOf(work: () => Promise<unknown>): Promise<SteelyardError> {
  const error: unknown = await work().then(() => undefined, (reason: unknown) => reason);
  if (!(error instanceof SteelyardError)) throw new TypeError(`expected a SteelyardError, not ${String(error)}`);
  return error;
}

async function collect<T>(parts: AsyncIterable<T>, into: T[] = []): Promise<T[]> {
  for await (const each of parts) into.push(each);
  return into;
}

describe('stream', () => {
  it('gives the states, the parts and the whole answer', async () => {
    const { client, seen } = await serve(events(event('state', { state: 'loading' }), ': \n\n', event('state', { state: 'running' }), part('a'), part('b'), done));
    const states: CallState[] = [];
    const stream = client.stream('acme/story', { prompt: 'x' }, { onState: (state) => states.push(state), idempotencyKey: 'k' });
    expect(await collect(stream)).toEqual([{ text: 'a' }, { text: 'b' }]);
    expect(states).toEqual(['loading', 'running']);
    expect(await stream.result).toEqual({
      output: { text: 'ab' },
      prediction: {
        id: 'p-1', model: 'acme/story@1.0.0', costNano: 5n, currency: 'usd', replayed: false, cached: false, requestId: 'r-1',
        timings: { queueMs: 1, coldStartMs: 2, roundTripMs: expect.any(Number) },
        deprecation: { since: new Date('2026-01-01'), sunsetAt: new Date('2027-01-01'), successor: undefined },
      },
    });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ accept: 'text/event-stream', 'idempotency-key': 'k' });
  });

  it('passes the parts over when only the result is asked for; a loop that begins then gets them', async () => {
    const { client } = await serve(events(...Array.from({ length: 20 }, () => part('a')), done));
    expect((await client.stream('acme/story', {}).result).output).toEqual({ text: 'ab' });
    const stream = client.stream('acme/story', {});
    const { result } = stream;
    expect(await collect(stream)).toHaveLength(20);
    expect((await result).prediction.id).toBe('p-1');
    expect(() => stream[Symbol.asyncIterator]()).toThrow(expect.objectContaining({ code: 'CLIENT.STREAM_TAKEN' }));
  });

  it('stops the call when the loop is left, and says that it is charged', async () => {
    const gone = new AbortController();
    const { client } = await serve(hang(() => gone.abort(), part('a'), part('b')));
    const stream = client.stream('acme/story', {});
    for await (const each of stream) if (each['text'] === 'a') break;
    if (!gone.signal.aborted) await once(gone.signal, 'abort');
    expect(await failureOf(() => stream.result)).toMatchObject({ code: 'CLIENT.CANCELLED', charged: 'yes' });
  });

  it('stops at its signal, before a part and after', async () => {
    const { client } = await serve(hang(() => undefined, event('state', { state: 'queued' })), hang(() => undefined, part('a')));
    const early = new AbortController();
    const waiting = client.stream('acme/story', {}, { signal: early.signal, onState: () => early.abort() });
    expect(await failureOf(() => collect(waiting))).toMatchObject({ code: 'CLIENT.CANCELLED', charged: 'unknown' });
    const late = new AbortController();
    const running = client.stream('acme/story', {}, { signal: late.signal });
    const stopAtPart = async () => {
      for await (const _ of running) late.abort();
    };
    expect(await failureOf(stopAtPart)).toMatchObject({ code: 'CLIENT.CANCELLED', charged: 'yes' });
  });

  it('reads no further than parts are taken', async () => {
    let written = 0;
    const { client } = await serve((response) => {
      open(response);
      const more = () => {
        while (written < 400) {
          written += 1;
          if (!response.write(part('x'.repeat(64 * 1024)))) return void response.once('drain', more);
        }
        response.end(done);
      };
      more();
    });
    const iterator = client.stream('acme/story', {})[Symbol.asyncIterator]();
    await iterator.next();
    // A second request is answered while the first is not read: the client is idle, not slow.
    await client.request('/other').then((other) => other.body?.cancel());
    expect(written).toBeLessThan(300);
    await iterator.return!();
  });

  it('throws what the platform says midway, typed, and does not try again', async () => {
    const { client, seen } = await serve(events(part('a'), event('error', { status: 503, error: { code: 'ENGINE.RUNNER_LOST', message: 'lost', retryable: true, charged: false, requestId: 'r-2' } })));
    const parts: unknown[] = [];
    const error = await failureOf(() => collect(client.stream('acme/story', {}), parts));
    expect(parts).toHaveLength(1);
    expect(error).toMatchObject({ name: 'UnavailableError', code: 'ENGINE.RUNNER_LOST', status: 503, charged: 'no', retryable: false, requestId: 'r-2' });
    expect(seen).toHaveLength(1);
  });

  it('tries again before the first part, with the same key', async () => {
    const busy: Answer = (response) => response.writeHead(503, { 'content-type': 'application/json' }).end('{"error":{"code":"X.BUSY","message":"busy","retryable":true,"charged":false}}');
    const broken: Answer = (response) => open(response).write(event('state', { state: 'queued' }), () => response.destroy());
    const { client, seen } = await serve(busy, broken, events(part('a'), done));
    expect(await collect(client.stream('acme/story', {}))).toEqual([{ text: 'a' }]);
    expect(new Set(seen.map((headers) => headers['idempotency-key'])).size).toBe(1);
    expect(seen).toHaveLength(3);
  });

  it('says when a connection breaks after a part, and does not try again', async () => {
    const { client, seen } = await serve((response) => open(response).write(part('a'), () => response.destroy()));
    const error = await failureOf(() => collect(client.stream('acme/story', {})));
    expect(error).toMatchObject({ name: 'ConnectionError', code: 'CLIENT.CONNECTION_LOST', charged: 'unknown', retryable: false });
    expect(seen).toHaveLength(1);
  });

  it('takes no answer for a stream that is none', async () => {
    const { client } = await serve((response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>hello'));
    expect(await failureOf(() => client.stream('acme/story', {}).result)).toMatchObject({ code: 'CLIENT.ANSWER_UNREADABLE' });
  });
});

describe('server-sent events', () => {
  const TEXT = '\uFEFFevent: a\r\ndata: 1\r\n\r\n: comment\n\ndata:2\rdata: ü\r\rid: 7\nretry: 5\nevent: b\n\nevent: c\ndata\n\ndata: cut off\n';

  it('are read as the standard has them, wherever the bytes are cut', async () => {
    const bytes = new TextEncoder().encode(TEXT);
    for (let size = 1; size <= bytes.length; size += 1) {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.subarray(at, at + size));
          controller.close();
        },
      });
      expect(await collect(readEvents(body))).toEqual([
        { event: 'a', data: '1' },
        { event: 'message', data: '2\nü' },
        { event: 'c', data: '' },
      ]);
    }
  });
});
