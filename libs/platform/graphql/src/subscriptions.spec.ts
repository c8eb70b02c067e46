import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppError, newId, type Identified } from '@steelyard/kernel';
import { faults, goodCaller, running, startCoinApp, trouble, watching } from './testing/coin-app.fixture.js';
import { socketClient } from './testing/socket-client.fixture.js';

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

const connect = (init: object | undefined, headers?: Record<string, string>) => socketClient(address, init, headers);
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
      trouble.error = error;
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
      trouble.error = undefined;
      client.socket.close();
    }
  });

  it.each<[string, AppError | Identified, string]>([
    ['belongs to the organization no more', new AppError('IDENTITY.NOT_A_MEMBER', 'left', { kind: 'forbidden' }), 'IDENTITY.NOT_A_MEMBER'],
    ['is nobody any more, as a browser whose session ended', {}, 'GRAPHQL.SUBSCRIPTION_OUTLIVED'],
    ['acts for another organization', { caller: { ...goodCaller, organizationId: newId() } }, 'GRAPHQL.SUBSCRIPTION_OUTLIVED'],
    ['lacks a scope that it had', { caller: { ...goodCaller, scopes: new Set(['predict'] as const) } }, 'GRAPHQL.SUBSCRIPTION_OUTLIVED'],
  ])('ends when its caller %s', async (_case, outcome, code) => {
    const client = await begin();
    try {
      if (outcome instanceof AppError) trouble.error = outcome;
      else trouble.now = outcome;
      for (const changed of watching) changed();
      const [ended] = await client.finish('1');
      expect(ended).toMatchObject({ type: 'error', payload: [{ extensions: { code } }] });
      expect([running.size, watching.size]).toEqual([0, 0]);
    } finally {
      trouble.error = trouble.now = undefined;
      client.socket.close();
    }
  });

  it('goes on when its caller may do as much as before, or more', async () => {
    trouble.now = { caller: { ...goodCaller, scopes: new Set(['predict'] as const) } };
    const client = await begin();
    try {
      for (const now of [{ caller: { ...trouble.now.caller! } }, { caller: goodCaller }]) {
        trouble.now = now;
        for (const changed of watching) changed();
        await new Promise(setImmediate);
        expect([running.size, watching.size]).toEqual([1, 1]);
      }
    } finally {
      trouble.now = undefined;
      client.socket.close();
    }
  });

  it('is looked at again by itself when its caller could not be looked up, and for the organization that they act for', async () => {
    const asked: (string | undefined)[] = [];
    let failure: AppError | undefined;
    const identify = async ({ organization }: { organization?: string | undefined }) => {
      asked.push(organization);
      if (failure) throw failure;
      return { caller: goodCaller };
    };
    const own = await startCoinApp({ identify });
    await own.listen(0, '127.0.0.1');
    const client = await socketClient(await own.getUrl(), key);
    client.subscribe('1', 'subscription { forever }');
    await client.until((message) => message.id === '1');
    expect(asked).toEqual([undefined, undefined, 'acme']);
    failure = new AppError('IDENTITY.LOOKUP_FAILED', 'not now', { kind: 'unavailable' });
    for (const changed of watching) changed();
    await new Promise(setImmediate);
    expect(running.size).toBe(1);
    failure = new AppError('IDENTITY.NOT_A_MEMBER', 'left', { kind: 'forbidden' });
    expect(await client.finish('1')).toMatchObject([{ type: 'error', payload: [{ extensions: { code: 'IDENTITY.NOT_A_MEMBER' } }] }]);
    client.socket.close();
    await own.close();
  });

  it('ends when its key expires, also where that was to be later when it began, and is not looked at without need until then', async () => {
    let goodUntilMs = Number.MAX_SAFE_INTEGER;
    let asked = 0;
    const identify = async () => {
      asked += 1;
      if (Date.now() >= goodUntilMs) throw new AppError('IDENTITY.KEY_EXPIRED', 'expired', { kind: 'unauthenticated' });
      return { caller: goodCaller, goodUntilMs };
    };
    const own = await startCoinApp({ identify });
    await own.listen(0, '127.0.0.1');
    const client = await socketClient(await own.getUrl(), key);
    client.subscribe('1', 'subscription { forever }');
    await client.until((message) => message.id === '1');
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(asked).toBe(3);
    goodUntilMs = Date.now() + 500;
    for (const changed of watching) changed();
    await new Promise(setImmediate);
    expect([running.size, asked]).toEqual([1, 4]);
    expect(await client.finish('1')).toMatchObject([{ type: 'error', payload: [{ extensions: { code: 'IDENTITY.KEY_EXPIRED' } }] }]);
    expect([running.size, watching.size]).toEqual([0, 0]);
    client.socket.close();
    await own.close();
  });

  async function begin() {
    const client = await connect(key);
    client.subscribe('1', 'subscription { forever }');
    await client.until((message) => message.id === '1');
    expect([running.size, watching.size]).toEqual([1, 1]);
    return client;
  }

  it('is one of at most fifty on a connection', async () => {
    const client = await connect(key);
    for (let id = 0; id <= 50; id++) client.subscribe(String(id), 'subscription { forever }');
    const refused = await client.finish('50');
    expect(refused.at(-1)).toMatchObject({ payload: [{ extensions: { code: 'GRAPHQL.SUBSCRIPTIONS_TOO_MANY' } }] });
    client.socket.close();
  });
});
