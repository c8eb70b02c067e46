import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
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
const setEntry = Map.prototype.set;
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
    const client = await socketClient(address, key);
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
    const client = await socketClient(address, key);
    client.socket.send(`\uFEFF${subscribeTo(LONG)}`);
    expect(await client.until((message) => message.type === 'error')).toMatchObject([{ type: 'error', payload: [{ message: 'Message must be a JSON string' }] }]);
    client.socket.close();
  });
});

describe('until it is known who sends, a message that is not small closes the connection', () => {
  const large = JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(8_192) } });
  const small = JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(8_000) } });

  it('before connection_init, also by somebody who has a key', async () => {
    const socket = await openSocket(address, key);
    socket.send(large);
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
    expect({ code, reason: reason.toString() }).toEqual({ code: 4400, reason: 'a message may have 8192 bytes until a good key or session is shown' });
  });

  it.each([
    ['without a key', {}],
    ['with a bad key', { authorization: 'Bearer bad' }],
  ])('after a connection_init %s', async (_case, init) => {
    const client = await socketClient(address, init);
    client.socket.send(small);
    await client.until((message) => message.type === 'pong');
    client.socket.send(large);
    expect((await once(client.socket, 'close'))[0]).toBe(4400);
  });

  it('and not from the first message on where the handshake or connection_init showed a good one', async () => {
    for (const client of [await socketClient(address, key), await socketClient(address, { headers: key }), await socketClient(address, undefined, key)]) {
      client.socket.send(large);
      await client.until((message) => message.type === 'pong');
      client.socket.close();
    }
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

describe('a subscription', () => {
  it.each<[string, unknown]>([
    ['without an id', undefined],
    ['with an empty id', ''],
    ['with a long id', 'x'.repeat(129)],
    ['with an id that is no text', { id: 1 }],
  ])('%s closes the connection', async (_case, id) => {
    const client = await socketClient(address, key);
    client.send({ type: 'subscribe', id, payload: { query: 'subscription { count(to: 1) }' } });
    expect((await once(client.socket, 'close'))[0]).toBe(4400);
  });

  it('with the id of one that goes on closes the connection; of one that ended it begins', async () => {
    const client = await socketClient(address, key);
    for (const to of [1, 2, 3]) {
      client.subscribe('1', `subscription { count(to: ${to}) }`);
      await client.finish('1');
    }
    for (const _time of [1, 2]) client.subscribe('1', 'subscription { forever }');
    expect((await once(client.socket, 'close'))[0]).toBe(4409);
  });

  it.each([
    ['that is refused before it begins', { authorization: 'Bearer bad' }, 'subscription { forever }'],
    ['that is not in the schema', key, 'subscription { nothing }'],
    ['that fails midway', key, 'subscription { count(to: 2) }'],
  ])('%s leaves nothing behind while its connection lives, in both protocols', async (_case, init, query) => {
    for (const [protocol, begin] of [
      ['graphql-transport-ws', 'subscribe'],
      ['graphql-ws', 'start'],
    ] as const) {
      const client = await socketClient(address, init, {}, protocol);
      const kept = new Set<Map<unknown, unknown>>();
      const set = jest.spyOn(Map.prototype, 'set').mockImplementation(function (this: Map<unknown, unknown>, id, value) {
        if (String(id).startsWith('kept-')) kept.add(this);
        return setEntry.call(this, id, value);
      });
      for (let round = 0; round < 60; round++) {
        client.send({ type: begin, id: `kept-${round}`, payload: { query } });
        expect((await client.finish(`kept-${round}`)).at(-1)).toMatchObject({ type: 'error' });
      }
      set.mockRestore();
      // Answered once what came before it is done.
      client.send({ type: 'what' });
      await client.until((message) => message.id === undefined && message.type === 'error');
      expect(kept.size).toBeGreaterThan(0);
      expect([...kept].map((map) => map.size)).toEqual([...kept].map(() => 0));
      client.socket.close();
    }
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
