import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { startCoinApp } from './testing/coin-app.fixture.js';
import { openSocket, socketClient } from './testing/socket-client.fixture.js';

let app: NestFastifyApplication;
let address: string;

beforeAll(async () => {
  app = await startCoinApp();
  await app.listen(0, '127.0.0.1');
  address = await app.getUrl();
});

afterAll(async () => {
  await app.close();
});

const key = { authorization: 'Bearer good' };
/** None of these ends, so a parse of the whole would say that a brace is missing. */
const LONG = `subscription { ${'a '.repeat(500_000)}`;
const MANY_TOKENS = `subscription { ${'a '.repeat(2_500)}`;
const subscribeTo = (query: string) => JSON.stringify({ type: 'subscribe', id: '1', payload: { query } });
const refusal = (code: string, message: RegExp) => [
  { type: 'error', id: '1', payload: [expect.objectContaining({ message: expect.stringMatching(message), extensions: expect.objectContaining({ code, requestId: expect.any(String) }) })] },
];

describe('a document over a WebSocket is refused before it is parsed', () => {
  it.each([
    ['by its length', LONG, 'GRAPHQL.DOCUMENT_TOO_LARGE', /longer than 32768/],
    ['by its tokens', MANY_TOKENS, 'GRAPHQL.INVALID', /more that 2000 tokens/],
  ])('%s', async (_case, query, code, message) => {
    const client = await socketClient(address, undefined);
    client.subscribe('1', query);
    expect(await client.finish('1')).toEqual(refusal(code, message));
    client.socket.send(Buffer.from(subscribeTo(query)), { binary: true });
    expect(await client.finish('1')).toEqual(refusal(code, message));
    const text = subscribeTo(query);
    client.socket.send(text.slice(0, 40), { fin: false });
    client.socket.send(text.slice(40), { fin: true });
    expect(await client.finish('1')).toEqual(refusal(code, message));
    client.socket.close();
  });

  it('also one behind a byte order mark, which is no JSON', async () => {
    const client = await socketClient(address, undefined);
    client.socket.send(`\uFEFF${subscribeTo(LONG)}`);
    expect(await client.until((message) => message.type === 'error')).toMatchObject([{ type: 'error', payload: [{ message: 'Message must be a JSON string' }] }]);
    client.socket.close();
  });
});

describe('connection_init', () => {
  const many = Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`x-${at}`, 1]));

  it.each([
    ['a string', 'x'.repeat(1_000_000)],
    ['a short string', 'x'],
    ['a list', ['x']],
    ['many entries', many],
    ['many headers', { headers: many }],
    ['headers that are a string', { headers: 'x'.repeat(5_000) }],
    ['a long entry', { authorization: 'x'.repeat(10_000) }],
  ])('with %s closes the connection', async (_case, payload) => {
    const socket = await openSocket(address);
    const heard: string[] = [];
    socket.on('message', (data: Buffer) => heard.push(data.toString()));
    socket.send(JSON.stringify({ type: 'connection_init', payload }));
    socket.send(subscribeTo('subscription { count(to: 1) }'));
    const [code] = (await once(socket, 'close')) as [number];
    expect({ code, heard }).toEqual({ code: 4400, heard: [] });
  });

  it('that comes a second time closes the connection', async () => {
    const client = await socketClient(address, key);
    client.send({ type: 'connection_init', payload: key });
    expect((await once(client.socket, 'close'))[0]).toBe(4429);
  });

  it.each([[undefined], [null], [{}]])('may carry %j', async (payload) => {
    const client = await socketClient(address, payload as object | undefined, key);
    client.subscribe('1', 'subscription { count(to: 1) }');
    expect((await client.finish('1')).at(-1)).toMatchObject({ type: 'complete' });
    client.socket.close();
  });
});

it('a subscription may have variables of nearly a message, and come in pieces', async () => {
  const client = await socketClient(address, key);
  const query = 'subscription ($to: Float!) { count(to: $to) }';
  const variables = { to: 1, text: 'x'.repeat(500_000), rows: Array.from({ length: 50_000 }, (_, at) => at) };
  client.subscribe('1', query, variables);
  expect((await client.finish('1')).map(({ payload }) => payload)).toEqual([{ data: { count: 1 } }, null]);
  const text = JSON.stringify({ type: 'subscribe', id: '2', payload: { query, variables } });
  client.socket.send(Buffer.from(text.slice(0, 300_000)), { fin: false, binary: true });
  client.socket.send(Buffer.from(text.slice(300_000)), { fin: true, binary: true });
  expect((await client.finish('2')).map(({ payload }) => payload)).toEqual([{ data: { count: 1 } }, null]);
  client.socket.close();
});
