import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Args, Context, createUnionType, Field, ID, InputType, Int, Mutation, ObjectType, Query, registerEnumType, Resolver, Subscription } from '@nestjs/graphql';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppError, newId, PERMISSIONS, type Caller, type Credentials, type Identified } from '@steelyard/kernel';
import { bearerToken, ErrorFilter, HTTP_STATUS, requestIdOptions, sendRequestIds, toFailure } from '@steelyard/platform-http';
import { getIntrospectionQuery } from 'graphql';
import { WebSocket } from 'ws';
import { CurrentCaller } from './access.js';
import type { GraphqlContext } from './context.js';
import { graphqlModule } from './graphql.module.js';
import { DateTimeScalar, JsonScalar, NanoScalar } from './scalars.js';

@ObjectType()
class Coin {
  @Field(() => ID)
  id!: string;

  @Field(() => NanoScalar)
  amountNano!: bigint;

  @Field()
  mintedAt!: Date;

  @Field(() => String)
  fragile!: string;
}

enum Side {
  CONSUMER = 'consumer',
  PROVIDER = 'provider',
}

registerEnumType(Side, { name: 'Side' });

@InputType()
class Inner {
  @Field(() => Int, { defaultValue: 3 })
  size!: number;
}

@InputType()
class Wish {
  @Field(() => String)
  name!: string;

  @Field(() => Boolean, { defaultValue: false })
  loud!: boolean;

  @Field(() => Side, { defaultValue: Side.CONSUMER })
  side!: Side;

  @Field(() => NanoScalar, { defaultValue: 5n })
  nano!: bigint;

  @Field(() => [Inner], { nullable: true })
  inner?: Inner[];
}

@ObjectType()
class Refusal {
  @Field(() => String)
  message!: string;
}

const Outcome = createUnionType({
  name: 'Outcome',
  types: () => [Coin, Refusal] as const,
  resolveType: (value: Coin | Refusal) => (value instanceof Refusal ? Refusal : Coin),
});

const coin = () => Object.assign(new Coin(), { id: '1', amountNano: 12345678901234567890n, mintedAt: new Date(0), fragile: 'whole' });

@Resolver()
class CoinResolver {
  mutations = 0;

  @Query(() => Coin)
  coin(): Coin {
    return coin();
  }

  @Query(() => String, { nullable: true })
  whoami(@CurrentCaller() caller: Caller | undefined): string | null {
    return caller?.organizationHandle ?? null;
  }

  @Query(() => JsonScalar)
  echo(@Args('json', { type: () => JsonScalar }) json: unknown, @Args('at', { type: () => DateTimeScalar, nullable: true }) at?: Date): unknown {
    return { json, at: at?.getTime() };
  }

  @Query(() => String)
  wish(@Args('wish') wish: Wish, @Args('times', { type: () => Int, defaultValue: 2 }) times: number, @Args('side', { type: () => Side, defaultValue: Side.PROVIDER }) side: Side): string {
    return JSON.stringify({ ...wish, nano: wish.nano.toString(), times, side });
  }

  @Query(() => Outcome)
  outcome(@Args('refuse', { type: () => Boolean }) refuse: boolean): Coin | Refusal {
    return refuse ? Object.assign(new Refusal(), { message: 'no' }) : coin();
  }

  @Query(() => String, { nullable: true })
  failure(): string {
    throw new AppError('COIN.SPENT', 'The coin is spent', { kind: 'conflict', fix: 'use another', details: { id: '1' } });
  }

  @Query(() => String, { nullable: true })
  async fault(): Promise<string> {
    throw new TypeError('connect ECONNREFUSED postgres://root:hunter2@db');
  }

  @Query(() => Coin)
  broken(): Coin {
    return Object.assign(coin(), { fragile: null });
  }

  @Query(() => Boolean)
  async slow(@Context() context: GraphqlContext): Promise<boolean> {
    return context.signal?.aborted ?? true;
  }

  @Mutation(() => Number)
  spend(): number {
    return ++this.mutations;
  }

  @Subscription(() => Number, { resolve: (value: number) => value })
  async *count(@CurrentCaller() caller: Caller | undefined, @Args('to', { type: () => Number }) to: number): AsyncGenerator<number> {
    if (!caller) throw new AppError('IDENTITY.UNAUTHENTICATED', 'Who are you?', { kind: 'unauthenticated' });
    for (let value = 1; value <= to; value++) yield value;
    if (to === 2) throw new Error('hunter2');
  }

  @Subscription(() => Number, { resolve: (value: number) => value })
  async *forever(@Context() context: GraphqlContext): AsyncGenerator<number> {
    running.add(context.signal!);
    yield 0;
    await new Promise((resolve) => context.signal!.addEventListener('abort', resolve));
    running.delete(context.signal!);
  }
}

const running = new Set<AbortSignal>();
const faults: object[] = [];
const log = { error: (fields: object) => void faults.push(fields) };

/** Set where nobody can be looked up, or the good key has been revoked. */
let trouble: AppError | undefined;
const watching = new Set<() => void>();
const watchKey = (keyId: string, changed: () => void) => {
  expect(keyId).toBe('k');
  watching.add(changed);
  return () => watching.delete(changed);
};

async function identify({ authorization }: Credentials): Promise<Identified> {
  const key = bearerToken(authorization);
  if (key === undefined) return {};
  if (trouble) throw trouble;
  if (key !== 'good') throw new AppError('IDENTITY.KEY_UNKNOWN', 'No such key', { kind: 'unauthenticated' });
  return { caller: { organizationId: newId(), organizationHandle: 'acme', actorId: 'k', scopes: new Set(PERMISSIONS) } };
}

async function startApp(introspection: 'everyone' | 'keys'): Promise<NestFastifyApplication> {
  const graphql = graphqlModule({ identify, watchKey, errors: { toFailure, statuses: HTTP_STATUS }, log, introspection });
  @Module({ imports: [graphql], providers: [CoinResolver] })
  class App {}
  const adapter = new FastifyAdapter({ ...requestIdOptions });
  sendRequestIds(adapter.getInstance());
  const app = await NestFactory.create<NestFastifyApplication>(App, adapter, { logger: false });
  app.useGlobalFilters(new ErrorFilter(log));
  await app.init();
  await adapter.getInstance().ready();
  return app;
}

let app: NestFastifyApplication;
let address: string;

beforeAll(async () => {
  app = await startApp('everyone');
  await app.listen(0, '127.0.0.1');
  address = await app.getUrl();
});

afterAll(async () => {
  await app.close();
});

interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: { data?: Record<string, unknown> | null; errors?: { message: string; path?: string[]; extensions: Record<string, unknown> }[] };
}

async function post(payload: unknown, headers: Record<string, string> = {}, to = app): Promise<Answer> {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const response = await to.inject({ method: 'POST', url: '/graphql', headers: { 'content-type': 'application/json', ...headers }, payload: body });
  return { status: response.statusCode, headers: response.headers, body: response.json() };
}

/** The same request four times: compiled queries begin with the second. All answers must be alike but for the request id. */
async function ask(payload: unknown, headers: Record<string, string> = {}, to = app): Promise<Answer> {
  const answers: Answer[] = [];
  for (let round = 0; round < 4; round++) answers.push(await post(payload, { 'x-request-id': 'request-1', ...headers }, to));
  for (const answer of answers) expect({ status: answer.status, body: answer.body }).toEqual({ status: answers[0]!.status, body: answers[0]!.body });
  return answers[0]!;
}

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
    expect((await post({ query, variables: { wish: { name: 'x', loud: null } } })).status).toBe(400);
    expect((await post({ query, variables: { wish: {} } })).status).toBe(400);
    expect((await post({ query, variables: {} })).status).toBe(400);
    expect((await post({ query })).status).toBe(400);
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

describe('introspection', () => {
  it('is answered for everyone by default, and for keys alone when so set', async () => {
    const query = getIntrospectionQuery();
    expect((await ask({ query })).body.errors).toBeUndefined();
    const strict = await startApp('keys');
    expect((await ask({ query }, { authorization: 'Bearer good' }, strict)).body.errors).toBeUndefined();
    const refused = await ask({ query }, {}, strict);
    expect([refused.status, refused.body.errors![0]!.extensions['code']]).toEqual([401, 'GRAPHQL.INTROSPECTION_REFUSED']);
    expect((await ask({ query: '{ __typename whoami }' }, {}, strict)).body.data).toEqual({ __typename: 'Query', whoami: null });
    await strict.close();
  });
});

interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A `graphql-transport-ws` client just large enough. */
async function connect(init: object | undefined, headers: Record<string, string> = {}) {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const messages: Message[] = [];
  const waiting: (() => void)[] = [];
  socket.on('message', (data: Buffer) => {
    messages.push(JSON.parse(data.toString()) as Message);
    for (const wake of waiting.splice(0)) wake();
  });
  const send = (message: object) => socket.send(JSON.stringify(message));
  async function until(isLast: (message: Message) => boolean): Promise<Message[]> {
    for (;;) {
      const end = messages.findIndex(isLast);
      if (end >= 0) return messages.splice(0, end + 1).filter((message) => message.type !== 'ping');
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  }
  send({ type: 'connection_init', payload: init });
  await until((message) => message.type === 'connection_ack');
  const subscribe = (id: string, query: string) => send({ type: 'subscribe', id, payload: { query } });
  const finish = (id: string) => until((message) => message.id === id && (message.type === 'complete' || message.type === 'error'));
  return { socket, send, subscribe, finish, until };
}

const key = { authorization: 'Bearer good' };

describe('a subscription', () => {
  it('sends events and an end, with the key from the parameters or from the handshake', async () => {
    for (const client of [await connect(key), await connect({ headers: key }), await connect(undefined, key)]) {
      client.subscribe('1', 'subscription { count(to: 3) }');
      const got = await client.finish('1');
      expect(got.map((message) => message.payload)).toEqual([{ data: { count: 1 } }, { data: { count: 2 } }, { data: { count: 3 } }, null]);
      client.socket.close();
    }
  });

  it.each([
    ['without a key', undefined, 'subscription { count(to: 1) }', 'IDENTITY.UNAUTHENTICATED'],
    ['with a bad key', { authorization: 'Bearer bad' }, 'subscription { count(to: 1) }', 'IDENTITY.KEY_UNKNOWN'],
    ['that is not in the schema', key, 'subscription { nothing }', 'GRAPHQL.INVALID'],
    ['that is too large', key, `subscription { count(to: 1) } # ${'x'.repeat(40_000)}`, 'GRAPHQL.DOCUMENT_TOO_LARGE'],
  ])('%s gets one error and no event', async (_case, init, query, code) => {
    const client = await connect(init);
    client.subscribe('1', query);
    const got = await client.finish('1');
    expect(got).toEqual([{ type: 'error', id: '1', payload: [expect.objectContaining({ extensions: expect.objectContaining({ code, requestId: expect.any(String) }) })] }]);
    client.socket.close();
  });

  it('that breaks midway says nothing of a fault of ours', async () => {
    faults.length = 0;
    const client = await connect(key);
    client.subscribe('1', 'subscription { count(to: 2) }');
    const got = await client.finish('1');
    expect(JSON.stringify(got)).not.toContain('hunter2');
    expect(got.at(-1)).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'INTERNAL' } }] });
    expect(faults).toHaveLength(1);
    client.socket.close();
  });

  it('ends at the server when the client ends it or goes away', async () => {
    const client = await connect(key);
    for (const id of ['1', '2']) client.subscribe(id, 'subscription { forever }');
    await client.until((message) => message.id === '1');
    await client.until((message) => message.id === '2');
    expect(running.size).toBe(2);
    const ended = [...running].map((signal) => new Promise((resolve) => signal.addEventListener('abort', resolve)));
    client.send({ type: 'complete', id: '1' });
    await Promise.race(ended);
    client.socket.close();
    await Promise.all(ended);
  });

  it('ends when its key is revoked, and not while nobody can be looked up', async () => {
    const client = await connect(key);
    client.subscribe('1', 'subscription { forever }');
    await client.until((message) => message.id === '1');
    expect(watching.size).toBe(1);
    const tell = async (error: AppError) => {
      trouble = error;
      for (const changed of watching) changed();
      await new Promise(setImmediate);
    };
    try {
      await tell(new AppError('IDENTITY.LOOKUP_FAILED', 'not now', { kind: 'unavailable' }));
      expect(running.size).toBe(1);
      await tell(new AppError('IDENTITY.KEY_REVOKED', 'revoked', { kind: 'unauthenticated' }));
      const [ended] = await client.finish('1');
      expect(ended).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'IDENTITY.KEY_REVOKED' } }] });
      expect([running.size, watching.size]).toEqual([0, 0]);
    } finally {
      trouble = undefined;
      client.socket.close();
    }
  });

  it('is one of at most fifty on a connection', async () => {
    const client = await connect(key);
    for (let id = 0; id <= 50; id++) client.subscribe(String(id), 'subscription { forever }');
    const refused = await client.finish('50');
    expect(refused.at(-1)).toMatchObject({ payload: [{ extensions: { code: 'GRAPHQL.SUBSCRIPTIONS_TOO_MANY' } }] });
    client.socket.close();
  });
});
