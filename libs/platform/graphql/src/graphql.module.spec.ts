import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { getIntrospectionQuery } from 'graphql';
import { ask as askApp, post, startCoinApp } from './testing/coin-app.fixture.js';

let app: NestFastifyApplication;

beforeAll(async () => {
  app = await startCoinApp();
});

afterAll(async () => {
  await app.close();
});

const ask = (payload: unknown, headers?: Record<string, string>) => askApp(app, payload, headers);

describe('an operation', () => {
  it('is answered with scalars as text', async () => {
    const { status, headers, body } = await ask({ query: '{ coin { id amountNano mintedAt } }' });
    expect(status).toBe(200);
    expect(headers['x-request-id']).toBe('request-1');
    expect(body).toEqual({ data: { coin: { id: '1', amountNano: '12345678901234567890', mintedAt: '1970-01-01T00:00:00.000Z' } } });
  });

  it('is given variables of every scalar', async () => {
    const query = 'query ($json: JSON!, $at: DateTime) { echo(json: $json, at: $at) }';
    const { body } = await ask({ query, variables: { json: { a: [1, null] }, at: '1970-01-01T00:00:01Z' } });
    expect(body.data).toEqual({ echo: { json: { a: [1, null] }, at: 1_000 } });
    const wrong = await ask({ query, variables: { json: 1, at: 'yesterday' } });
    expect(wrong.status).toBe(400);
    expect(wrong.body.errors![0]!.extensions['code']).toBe('GRAPHQL.INVALID');
  });

  it('is given the defaults of arguments, of variables and of fields of inputs, also of those that must not be null', async () => {
    const query = 'query ($wish: Wish!, $times: Int! = 4, $side: Side! = CONSUMER) { wish(wish: $wish, times: $times, side: $side) }';
    const full = { name: 'x', loud: false, side: 'consumer', nano: '5' };
    const wishOf = async (payload: object) => JSON.parse(String((await ask(payload)).body.data!['wish'])) as unknown;
    expect(await wishOf({ query, variables: { wish: { name: 'x' } } })).toEqual({ ...full, times: 4, side: 'consumer' });
    expect(await wishOf({ query: 'query ($wish: Wish!) { wish(wish: $wish) }', variables: { wish: { name: 'x', inner: [{}, { size: 1 }] } } })).toEqual({
      ...full,
      inner: [{ size: 3 }, { size: 1 }],
      times: 2,
      side: 'provider',
    });
    expect(await wishOf({ query: '{ wish(wish: { name: "x", loud: true }) }' })).toEqual({ ...full, loud: true, times: 2, side: 'provider' });
    expect((await post(app, { query, variables: { wish: { name: 'x', loud: null } } })).status).toBe(400);
    expect((await post(app, { query, variables: { wish: {} } })).status).toBe(400);
    expect((await post(app, { query, variables: {} })).status).toBe(400);
    expect((await post(app, { query })).status).toBe(400);
  });

  it('tells the members of a union apart', async () => {
    const query = 'query ($refuse: Boolean!) { outcome(refuse: $refuse) { __typename ... on Refusal { message } ... on Coin { id } } }';
    expect((await ask({ query, variables: { refuse: true } })).body.data).toEqual({ outcome: { __typename: 'Refusal', message: 'no' } });
    expect((await ask({ query, variables: { refuse: false } })).body.data).toEqual({ outcome: { __typename: 'Coin', id: '1' } });
  });

  it('knows the caller by the bearer key', async () => {
    expect((await ask({ query: '{ whoami }' }, { authorization: 'Bearer good' })).body.data).toEqual({ whoami: 'acme' });
    expect((await ask({ query: '{ whoami }' })).body.data).toEqual({ whoami: null });
  });

  it('has a signal that is quiet while the client waits', async () => {
    expect((await ask({ query: '{ slow }' })).body.data).toEqual({ slow: false });
  });
});

describe('introspection', () => {
  it('is answered for everyone by default, and for keys alone when so set', async () => {
    const query = getIntrospectionQuery();
    expect((await ask({ query })).body.errors).toBeUndefined();
    const strict = await startCoinApp({ introspection: 'keys' });
    expect((await askApp(strict, { query }, { authorization: 'Bearer good' })).body.errors).toBeUndefined();
    const refused = await askApp(strict, { query });
    expect([refused.status, refused.body.errors![0]!.extensions['code']]).toEqual([401, 'GRAPHQL.INTROSPECTION_REFUSED']);
    expect((await askApp(strict, { query: '{ __typename whoami }' })).body.data).toEqual({ __typename: 'Query', whoami: null });
    await strict.close();
  });
});
