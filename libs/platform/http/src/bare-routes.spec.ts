import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import { BareRoutes, type BareRequest } from './bare-routes.js';
import { goneSignal } from './gone-signal.js';
import { toHttpError } from './http-error.js';
import { requestIdOptions } from './request-id.js';
import { sendJson } from './send.js';

const servers: FastifyInstance[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** Fastify with a bare route that tells what it was asked. */
async function open(serve = (request: BareRequest) => sendJson(request, 200, JSON.stringify({ method: request.method, path: request.path, body: request.body.toString() }), { 'x-mine': 'yes', 'x-none': undefined })) {
  const bare = new BareRoutes();
  bare.add({
    prefix: '/v1/predict',
    answers: ['POST /{owner}/{model}'],
    bodyBytesMax: 100,
    serve: async (request) => serve(request),
    refuse: (error, request) => {
      const { status, body } = toHttpError(error, request.id);
      sendJson(request, status, JSON.stringify(body));
    },
  });
  const server = fastify({ ...requestIdOptions, serverFactory: bare.createServer, forceCloseConnections: true });
  servers.push(server);
  server.all('/*', () => ({ fastify: true }));
  return { bare, server, url: await server.listen({ port: 0, host: '127.0.0.1' }) };
}

const post = (url: string, body: string | ReadableStream | null = '{}', init: RequestInit = {}) => fetch(url, { method: 'POST', body, ...init });

it('serves its own requests and leaves the others to the framework', async () => {
  const { url } = await open();
  const answer = await post(`${url}/v1/predict/acme/a%20b?x=/y`, 'text', { headers: { 'x-request-id': 'my-request-1' } });
  expect(answer.status).toBe(200);
  expect(Object.fromEntries(answer.headers)).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'x-content-type-options': 'nosniff', 'x-request-id': 'my-request-1', 'x-mine': 'yes' });
  expect(answer.headers.has('x-none')).toBe(false);
  expect(await answer.json()).toEqual({ method: 'POST', path: ['acme', 'a b'], body: 'text' });
  expect(await (await post(`${url}/v1/predict/acme/b`, null)).json()).toMatchObject({ path: ['acme', 'b'], body: '' });
  expect(await (await fetch(`${url}/v1/predict`)).json()).toEqual({ method: 'GET', path: [], body: '' });
  expect(await (await post(`${url}/v1/predict/a%2Fb/?c`)).json()).toMatchObject({ path: ['a/b', ''] });
  for (const path of ['/v1/predictions/acme/b', '/v1', '/']) expect(await (await post(url + path)).json()).toEqual({ fastify: true });
});

it('joins a body that comes in pieces, and refuses one that is too large, whether or not it says so', async () => {
  const { url } = await open();
  const pieces = (count: number) =>
    new ReadableStream({
      start: async (stream) => {
        for (let n = 0; n < count; n++) {
          stream.enqueue(Buffer.from('ten bytes.'));
          await new Promise(setImmediate);
        }
        stream.close();
      },
    });
  const ask = (body: string | ReadableStream) => post(`${url}/v1/predict/acme/b`, body, { duplex: 'half' });
  expect(await (await ask(pieces(3))).json()).toMatchObject({ body: 'ten bytes.ten bytes.ten bytes.' });
  for (const body of ['x'.repeat(101), pieces(11)]) {
    const answer = await ask(body);
    expect(answer.status).toBe(413);
    expect(answer.headers.get('connection')).toBe('close');
    expect(await answer.json()).toMatchObject({ error: { code: 'HTTP.BODY_TOO_LARGE', requestId: expect.any(String) } });
  }
});

it('refuses an address that is encoded wrongly', async () => {
  const { url } = await open();
  const answer = await post(`${url}/v1/predict/acme/%ff`);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ error: { code: 'HTTP.PATH_INVALID' } });
});

it('is told when whoever waits has gone, once for each connection', async () => {
  const signals: AbortSignal[] = [];
  const { url } = await open((request) => {
    signals.push(goneSignal(request.response));
    if (signals.length < 3) sendJson(request, 200, '{}');
  });
  const { port } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  for (let n = 0; n < 2; n++) {
    socket.write('POST /v1/predict/a/b HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}');
    await once(socket, 'data');
  }
  expect(signals[1]).toBe(signals[0]);
  expect(signals[1]!.aborted).toBe(false);
  socket.write('POST /v1/predict/a/b HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}');
  while (signals.length < 3) await new Promise(setImmediate);
  socket.destroy();
  if (!signals[2]!.aborted) await once(signals[2]!, 'abort');
  expect(signals[2]!.aborted).toBe(true);
});

it('holds nobody for gone who sent the next request before the answer to the first', async () => {
  const signals: AbortSignal[] = [];
  const { url } = await open((request) => void signals.push(goneSignal(request.response)));
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write('POST /v1/predict/a/b HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}'.repeat(2));
  while (signals.length < 2) await new Promise(setImmediate);
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
  socket.destroy();
  if (!signals[1]!.aborted) await once(signals[1]!, 'abort');
});

it('ends its connections when the server is about to close', async () => {
  const { bare, url } = await open();
  expect((await post(`${url}/v1/predict/acme/b`)).headers.get('connection')).toBe('keep-alive');
  bare.close();
  expect((await post(`${url}/v1/predict/acme/b`)).headers.get('connection')).toBe('close');
});
