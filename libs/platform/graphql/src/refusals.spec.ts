import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ask as askApp, CoinResolver, faults, startCoinApp, type Answer } from './testing/coin-app.fixture.js';
import { socketClient } from './testing/socket-client.fixture.js';

let app: NestFastifyApplication;

beforeAll(async () => {
  app = await startCoinApp();
});

afterAll(async () => {
  await app.close();
});

const ask = (payload: unknown, headers?: Record<string, string>) => askApp(app, payload, headers);

it('refuses a subscription that is posted, which could give no events', async () => {
  const { body } = await ask({ query: 'subscription { count(to: 3) }' }, { authorization: 'Bearer good' });
  expect(body.errors).toMatchObject([{ extensions: { code: 'GRAPHQL.SUBSCRIPTION_REFUSED' } }]);
});

describe('an error', () => {
  it('of a domain keeps its code, kind, fix and details', async () => {
    const { status, body } = await ask({ query: '{ failure coin { id } }' });
    expect(status).toBe(200);
    expect(body.data).toEqual({ failure: null, coin: { id: '1' } });
    expect(body.errors).toEqual([
      {
        message: 'The coin is spent',
        locations: [{ line: 1, column: 3 }],
        path: ['failure'],
        extensions: { code: 'COIN.SPENT', kind: 'conflict', fix: 'use another', details: { id: '1' }, retryable: false, requestId: 'request-1' },
      },
    ]);
  });

  it.each(['{ fault }', '{ broken { id fragile } }'])('of ours says nothing and is logged: %s', async (query) => {
    faults.length = 0;
    const { status, body } = await ask({ query });
    expect(status).toBe(200);
    expect(body.errors).toHaveLength(1);
    expect(body.errors![0]).toMatchObject({ message: 'Something went wrong on our side.', extensions: { code: 'INTERNAL', kind: 'internal', requestId: 'request-1' } });
    expect(faults).toHaveLength(4);
    expect(faults[0]).toMatchObject({ requestId: 'request-1', err: expect.any(Error) });
  });

  it.each([
    ['a syntax error', { query: '{ coin' }, 'GRAPHQL.INVALID'],
    ['an unknown field', { query: '{ nothing }' }, 'GRAPHQL.INVALID'],
    ['too deep', { query: `{ __schema { types ${'{ fields { type '.repeat(9)} { name } ${'} }'.repeat(9)} } }` }, 'GRAPHQL.TOO_DEEP'],
    ['too many tokens', { query: `{ ${'__typename '.repeat(2_500)} }` }, 'GRAPHQL.INVALID'],
    ['two operations', { query: 'query A { whoami } mutation B { spend }', operationName: 'A' }, 'GRAPHQL.ONE_OPERATION'],
    ['a value that its scalar refuses', { query: '{ echo(json: 1, at: 0) }' }, 'GRAPHQL.INVALID'],
    ['no query', { variables: {} }, 'GRAPHQL.INVALID'],
    ['a list of operations', [{ query: '{ whoami }' }], 'GRAPHQL.INVALID'],
    ['a syntax tree in place of text', { query: JSON.stringify({ kind: 'Document', definitions: [] }) }, 'GRAPHQL.DOCUMENT_MALFORMED'],
    ['null in place of text', { query: 'null' }, 'GRAPHQL.DOCUMENT_MALFORMED'],
    ['variables that are no object', { query: '{ whoami }', variables: 3 }, 'GRAPHQL.INVALID'],
    ['a body that is no JSON', '{"query":', 'HTTP.BAD_REQUEST'],
  ])('in the request answers 400: %s', async (_case, payload, code) => {
    const { status, body } = await ask(payload);
    expect({ status, code: body.errors![0]!.extensions['code'], data: 'data' in body }).toEqual({ status: 400, code, data: false });
  });

  it('in the size of the document answers 413', async () => {
    const { status, body } = await ask({ query: `{ whoami } # ${'x'.repeat(40_000)}` });
    expect([status, body.errors![0]!.extensions['code']]).toEqual([413, 'GRAPHQL.DOCUMENT_TOO_LARGE']);
  });

  it('in what it would bring forth answers 400, each time anew, and a subscription one error', async () => {
    const frugal = await startCoinApp({ limits: { cost: 2 } });
    await frugal.listen(0, '127.0.0.1');
    expect((await askApp(frugal, { query: '{ coin { id } }' })).body.errors).toBeUndefined();
    const { status, body } = await askApp(frugal, { query: '{ coin { id amountNano } }' });
    expect([status, body.errors![0]!.extensions]).toEqual([400, expect.objectContaining({ code: 'GRAPHQL.TOO_COSTLY', details: { cost: 3, limit: 2 } })]);
    const client = await socketClient(await frugal.getUrl(), { authorization: 'Bearer good' });
    client.subscribe('1', 'subscription { coins { id fragile } }');
    expect(await client.finish('1')).toEqual([expect.objectContaining({ type: 'error', payload: [expect.objectContaining({ extensions: expect.objectContaining({ code: 'GRAPHQL.TOO_COSTLY' }) })] })]);
    client.socket.close();
    await frugal.close();
  });

  it('in the key answers 401 before the body is read', async () => {
    const { status, body } = await ask('{ not even JSON', { authorization: 'Bearer bad' });
    expect([status, body.errors![0]!.extensions['code'], body.errors![0]!.extensions['requestId']]).toEqual([401, 'IDENTITY.KEY_UNKNOWN', 'request-1']);
    expect((await ask({ query: '{ whoami }' }, { authorization: 'Basic eDp5' })).status).toBe(401);
  });
});

describe('a request that a browser would send across sites', () => {
  it.each(['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data', 'application/graphql', ''])('is refused: POST of %j', async (type) => {
    const payload = type.includes('form') ? 'query=mutation{spend}' : '{"query":"mutation { spend }"}';
    const { status, body } = await ask(payload, { 'content-type': type });
    expect([status, body.errors![0]!.extensions['code']]).toEqual([415, 'GRAPHQL.CONTENT_TYPE_REFUSED']);
  });

  it('is refused: GET', async () => {
    const response = await app.inject({ method: 'GET', url: '/graphql?query={whoami}' });
    expect([response.statusCode, response.json<Answer['body']>().errors![0]!.extensions['code']]).toEqual([400, 'GRAPHQL.METHOD_REFUSED']);
  });

  it('did nothing', () => {
    expect(app.get(CoinResolver).mutations).toBe(0);
  });
});
