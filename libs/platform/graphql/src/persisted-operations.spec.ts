import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ask as askApp, CoinResolver, startCoinApp } from './testing/coin-app.fixture.js';
import { socketClient } from './testing/socket-client.fixture.js';

const idOf = (document: string) => createHash('sha256').update(document).digest('hex');
const WHOAMI = 'query Who { whoami }';
const ECHO = 'query Echo($json: JSON!) { echo(json: $json) }';
const COUNT = 'subscription Count { count(to: 1) }';
const documents = new Map([WHOAMI, ECHO, COUNT].map((document) => [idOf(document), document]));

const byId = (document: string, variables?: object) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: idOf(document) } }, variables });
const key = { authorization: 'Bearer good' };

let open: NestFastifyApplication;
let strict: NestFastifyApplication;

beforeAll(async () => {
  open = await startCoinApp({ persisted: { documents, only: false } });
  strict = await startCoinApp({ persisted: { documents, only: true } });
  await strict.listen(0, '127.0.0.1');
});

afterAll(async () => {
  await open.close();
  await strict.close();
});

const codeOf = async (app: NestFastifyApplication, payload: object, headers = {}) => {
  const { status, body } = await askApp(app, payload, headers);
  return [status, body.errors?.[0]?.extensions['code']];
};

describe('an operation that the server knows', () => {
  it('is asked by its id, with variables and for the caller', async () => {
    for (const app of [open, strict]) {
      expect((await askApp(app, byId(ECHO, { json: [1] }))).body).toEqual({ data: { echo: { json: [1] } } });
      expect((await askApp(app, byId(WHOAMI), key)).body).toEqual({ data: { whoami: 'acme' } });
    }
  });

  it('is answered when it is sent in full as well', async () => {
    expect((await askApp(strict, { query: WHOAMI })).body).toEqual({ data: { whoami: null } });
  });

  it.each([
    ['of another release', idOf('{ whoami }'), [404, 'GRAPHQL.OPERATION_UNKNOWN']],
    ['of every object', '__proto__', [404, 'GRAPHQL.OPERATION_UNKNOWN']],
    ['a number', 3, [400, 'GRAPHQL.INVALID']],
    ['a list', [idOf(WHOAMI)], [400, 'GRAPHQL.INVALID']],
  ])('has no id that is %s', async (_what, sha256Hash, answer) => {
    for (const app of [open, strict]) expect(await codeOf(app, { extensions: { persistedQuery: { version: 1, sha256Hash } } })).toEqual(answer);
  });
});

describe('any other operation', () => {
  it('is answered where the server takes any, and for callers with a key', async () => {
    expect((await askApp(open, { query: '{ whoami }' })).body).toEqual({ data: { whoami: null } });
    expect((await askApp(strict, { query: '{ whoami }' }, key)).body).toEqual({ data: { whoami: 'acme' } });
  });

  it.each([
    ['with nothing', {}],
    ['with a cookie', { cookie: 'steelyard=x' }],
  ])('is refused to who comes %s', async (_how, headers) => {
    for (const query of ['{ whoami }', ` ${WHOAMI}`, 'mutation { spend }', '{ not GraphQL', '']) {
      expect(await codeOf(strict, { query }, headers)).toEqual([403, 'GRAPHQL.OPERATION_REFUSED']);
    }
    expect(await codeOf(strict, { query: '{ whoami }', ...byId(WHOAMI) }, headers)).toEqual([403, 'GRAPHQL.OPERATION_REFUSED']);
    expect(strict.get(CoinResolver).mutations).toBe(0);
  });

  it('is refused as a subscription, while a known one, or one with a key, runs', async () => {
    const url = await strict.getUrl();
    const codes = async (init: object | undefined, query: string) => {
      const client = await socketClient(url, init);
      client.subscribe('1', query);
      const [last] = (await client.finish('1')).slice(-1);
      client.socket.close();
      return last!.type === 'error' ? (last!.payload as { extensions: { code: string } }[])[0]!.extensions.code : last!.type;
    };
    expect(await codes(undefined, 'subscription { count(to: 1) }')).toBe('GRAPHQL.OPERATION_REFUSED');
    // Known, and run as far as the resolver, which wants a key.
    expect(await codes(undefined, COUNT)).toBe('IDENTITY.UNAUTHENTICATED');
    expect(await codes(key, 'subscription { count(to: 1) }')).toBe('complete');
  });
});
