import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PERMISSIONS, type Permission } from '@steelyard/kernel';
import { describeDatabase, repositoryRoot } from '@steelyard/test-support';
import { buildSchema, type GraphQLObjectType } from 'graphql';
import type { Access, Answer, Expectation, OperationCase } from './cases/operation-case.js';
import { operations } from './cases/operations.js';
import type { RouteAnswer } from './cases/route-case.js';
import { routes } from './cases/routes.js';
import { subscribe } from './subscribe.js';
import { buildWorld, routesOf, snapshot, type World } from './world.js';

/** `Query.viewer`, `Mutation.predict`, ... of the schema as it is committed. */
function operationsOfSchema(): string[] {
  const schema = buildSchema(readFileSync(join(repositoryRoot, 'apps/api/schema.graphql'), 'utf8'));
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return roots.filter((root): root is GraphQLObjectType => root != null).flatMap((root) => Object.keys(root.getFields()).map((field) => `${root.name}.${field}`));
}

describe('the cases of tenancy', () => {
  it('are one for each operation of the schema', () => {
    expect(operationsOfSchema().length).toBeGreaterThan(20);
    expect(Object.keys(operations).sort()).toEqual(operationsOfSchema().sort());
  });

  it('say what a stranger gets wherever a stranger may ask', () => {
    const unsaid = Object.entries(operations).filter(([, { access, stranger }]) => access !== 'operator' && !stranger);
    expect(unsaid.map(([name]) => name)).toEqual([]);
  });
});

/** What no stranger may ever read: of the files of the victim's private model. */
const SECRETS = ['The victim wrote this', 'made by'];

const forPeople = (access: Access) => access === 'person' || access === 'person-or-operator';

/** Compiled queries begin with the second run, so each question is asked more than once. */
const ROUNDS = 3;

describeDatabase('tenancy', (context) => {
  let world: World;
  let before: unknown;

  beforeAll(async () => {
    world = await buildWorld(context);
    before = await snapshot(world);
  }, 120_000);

  afterAll(async () => {
    await world?.platform.stop();
  });

  async function ask(key: string | undefined, operation: OperationCase): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (let round = 0; round < ROUNDS; round += 1) answers.push(await askOnce(key, operation));
    return answers;
  }

  async function askOnce(key: string | undefined, { document: query, forMs, ...operation }: OperationCase): Promise<Answer> {
    const variables = operation.variables?.(world.victim) ?? {};
    const codesOf = (errors: readonly { extensions?: Record<string, unknown> }[] | undefined) => (errors ?? []).map(({ extensions }) => extensions?.['code']);
    if (query.startsWith('subscription')) {
      const { events, errors } = await subscribe(world.platform.url, key, { query, variables, forMs });
      return { data: events.at(-1), codes: codesOf(errors) };
    }
    const { data, errors } = await world.platform.graphqlRaw<Answer['data']>(key, query, variables);
    return { data, codes: codesOf(errors) };
  }

  /** The stranger, signed in, who says that they act for an organization. */
  async function askAs(organization: string, { document: query, variables }: OperationCase): Promise<Answer> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${world.strangerSession}`, 'steelyard-organization': organization };
    const response = await fetch(`${world.platform.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables: variables?.(world.victim) ?? {} }) });
    const { data, errors } = (await response.json()) as { data: Answer['data']; errors?: { extensions: { code: string } }[] };
    return { data, codes: (errors ?? []).map(({ extensions }) => extensions.code) };
  }

  /** Whatever the operation is, a refusal carries one error and no data. */
  function expectRefusal(answers: readonly Answer[], code: string): void {
    for (const { data, codes } of answers) {
      expect(new Set(codes)).toEqual(new Set([code]));
      expect(Object.values(data ?? {}).filter((value) => value !== null)).toEqual([]);
    }
  }

  async function expectStranger(answers: readonly Answer[], expected: Expectation): Promise<void> {
    if ('code' in expected) return expectRefusal(answers, expected.code);
    for (const answer of answers) {
      expect(answer.codes).toEqual([]);
      if ('data' in expected) expect(answer.data).toEqual(expected.data);
      else await expected.check(answer, world);
    }
  }

  describe.each(Object.entries(operations))('%s', (_name, operation) => {
    const { access, stranger } = operation;

    it('asks who it is, or is public and tells nobody no more than a stranger', async () => {
      const answers = await ask(undefined, operation);
      if (access === 'public') await expectStranger(answers, operation.nobody ?? stranger!);
      else expectRefusal(answers, forPeople(access) ? 'IDENTITY.SIGN_IN_NEEDED' : 'IDENTITY.UNAUTHENTICATED');
    });

    if (access === 'operator' || access === 'person-or-operator') {
      it('is no key’s but the operator’s', async () => {
        expectRefusal(await ask(world.strangerKey, operation), 'IDENTITY.FORBIDDEN');
      });
    } else if (access === 'person') {
      it('is no key’s, not even the operator’s', async () => {
        for (const key of [world.strangerKey, world.platform.operatorKey]) expectRefusal(await ask(key, operation), 'IDENTITY.SIGN_IN_NEEDED');
      });
    } else if ((PERMISSIONS as readonly string[]).includes(access)) {
      it(`asks for the scope ${access}, and all others do not make up for it`, async () => {
        expectRefusal(await ask(world.lacking[access as Permission], operation), 'IDENTITY.FORBIDDEN');
      });
    }

    it('is nobody’s who names the victim’s organization as theirs', async () => {
      if (!operation.document.startsWith('subscription')) expectRefusal([await askAs('victim', operation)], 'IDENTITY.NOT_A_MEMBER');
    });

    if (stranger) {
      it('gives a stranger nothing of the victim’s', async () => {
        await expectStranger(await ask(forPeople(access) ? world.strangerSession : world.strangerKey, operation), stranger);
      });
    }
  });

  describe('the routes of the running server', () => {
    it('have a case each', () => {
      const running = routesOf(world.platform);
      console.log(`tenancy: ${Object.keys(operations).length} operations, ${running.length} routes`);
      expect(running.length).toBeGreaterThan(40);
      expect(Object.keys(routes).sort()).toEqual(running);
    });

    describe.each(Object.entries(routes))('%s', (route, { access, request, stranger, nobody }) => {
      const method = route.split(' ')[0]!;

      async function send(key: string | undefined): Promise<{ status: number; body: unknown }> {
        const { path, headers, body } = request(world.victim);
        const authorization: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
        const response = await fetch(world.platform.publicUrl + path, { method, redirect: 'manual', headers: { ...headers, ...authorization }, ...(body !== undefined && { body }) });
        const text = await response.text();
        for (const secret of SECRETS) expect(text).not.toContain(secret);
        const isJson = text !== '' && /\bjson\b/.test(response.headers.get('content-type') ?? '');
        return { status: response.status, body: isJson ? JSON.parse(text) : text };
      }

      function expectAnswer(answer: { status: number; body: unknown }, expected: RouteAnswer): void {
        if (typeof expected === 'number') expect(answer.status).toBe(expected);
        else expect(answer).toEqual(expected);
      }

      it('asks who it is, or is public and tells nobody no more than a stranger', async () => {
        expectAnswer(await send(undefined), access === 'public' ? (nobody ?? stranger!) : 401);
      });

      if (access === 'operator') {
        it('is no key’s but the operator’s', async () => {
          for (const key of [world.strangerKey, world.victimKey]) expectAnswer(await send(key), 403);
          expectAnswer(await send(world.platform.operatorKey), 200);
        });
      } else if ((PERMISSIONS as readonly string[]).includes(access)) {
        it(`asks for the scope ${access}`, async () => expectAnswer(await send(world.lacking[access as Permission]), 403));
      }

      if (stranger !== undefined) {
        it('gives a stranger nothing of the victim’s', async () => expectAnswer(await send(world.strangerKey), stranger));
      }
    });
  });

  describe('the doors beside GraphQL', () => {
    const bearer = () => ({ authorization: `Bearer ${world.strangerKey}` });

    it('run no private model for a stranger, by whatever name', async () => {
      for (const ref of ['victim/secret', 'victim/secret@1.0.0', 'victim/secret:stable']) {
        const answer = await world.platform.predict(world.strangerKey, ref, { text: 'hello' });
        expect([answer.status, answer.body]).toEqual([404, { error: expect.objectContaining({ code: 'CATALOG.MODEL_NOT_FOUND', charged: false }) }]);
      }
    });

    it('give what is shared to whom it is shared with alone, what is unlisted to who knows its name, and what is taken down to nobody', async () => {
      const { platform, strangerKey, friendKey, victimKey } = world;
      // Without a charge: the victim is left as it was.
      const asked = async (key: string, name: string) =>
        (await platform.graphqlRaw(key, `{ estimate(input: { ref: "victim/${name}", input: { text: "hello" } }) { __typename } }`)).errors?.map(({ extensions }) => extensions?.['code']) ?? ['answered'];
      const [absent, taken, answered] = [['CATALOG.MODEL_NOT_FOUND'], ['CATALOG.MODEL_TAKEN_DOWN'], ['answered']];
      expect(await Promise.all(['given', 'hushed', 'taken'].map((name) => asked(strangerKey, name)))).toEqual([absent, answered, taken]);
      expect(await Promise.all(['given', 'hushed', 'taken'].map((name) => asked(friendKey, name)))).toEqual([answered, answered, taken]);
      expect(await asked(victimKey, 'taken')).toEqual(taken);
      expect((await platform.predict(strangerKey, 'victim/taken', { text: 'hello' })).status).toBe(403);
      for (const [key, listed] of [[strangerKey, ['open']], [friendKey, ['given', 'open']]] as const) {
        const { models, modelFacets } = await platform.graphql(key, '{ models(owner: "victim", sort: NAME) { nodes { name } } modelFacets(search: "secret") { total } }');
        expect([models.nodes.map(({ name }: { name: string }) => name), modelFacets.total]).toEqual([listed, listed.length]);
        const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
        const typed = await fetch(`${platform.url}/graphql/models?owner=victim`, { method: 'POST', headers, body: '{"query": "{ __schema { mutationType { fields { name } } } }"}' });
        const fields = ((await typed.json()) as { data: { __schema: { mutationType: { fields: { name: string }[] } } } }).data.__schema.mutationType.fields;
        expect(fields.map(({ name }) => name).sort()).toEqual(listed.map((name) => `victim__${name}`));
      }
    });

    it('export a caller’s own calls alone', async () => {
      const get = (path: string, key?: string) => fetch(`${world.platform.url}/v1/${path}`, { headers: key === undefined ? {} : { authorization: `Bearer ${key}` } });
      for (const side of ['consumer', 'provider']) {
        for (const model of ['', '&model=victim/secret']) {
          const csv = await (await get(`usage.csv?side=${side}${model}`, world.strangerKey)).text();
          expect(csv).toMatch(/^id,[^\r\n]+\r\n$/);
          expect(await (await get(`usage.jsonl?side=${side}${model}`, world.strangerKey)).text()).toBe('');
        }
      }
      expect((await get('usage.csv')).status).toBe(401);
      expect((await get('usage.jsonl', world.lacking['usage:read'])).status).toBe(403);
    });

    it('give everybody the audit log of their own organization alone', async () => {
      const get = (key?: string) => fetch(`${world.platform.url}/v1/audit.jsonl`, { headers: key === undefined ? {} : { authorization: `Bearer ${key}` } });
      expect([(await get()).status, (await get(world.lacking['audit:read'])).status]).toEqual([401, 403]);
      const logs = await Promise.all([world.strangerKey, world.victimKey].map(async (key) => (await (await get(key)).text()).trim().split('\n').map((line) => (JSON.parse(line) as { organizationId: string }).organizationId)));
      expect(logs.map((owners) => new Set(owners).size)).toEqual([1, 1]);
      expect(logs[0]![0]).not.toBe(logs[1]![0]);
    });

    it('show a stranger, and nobody, no file of a private model', async () => {
      const fileOf = (model: string, headers: Record<string, string>) => fetch(`${world.platform.url}/v1/models/victim/${model}/1.0.0/files/README.md`, { headers });
      for (const headers of [bearer(), {} as Record<string, string>]) {
        expect((await fileOf('secret', headers)).status).toBe(404);
        expect((await fileOf('open', headers)).status).toBe(200);
      }
      expect((await fileOf('secret', { authorization: `Bearer ${world.victimKey}` })).status).toBe(200);
    });
  });

  it('left the victim as it was', async () => {
    expect(await snapshot(world)).toEqual(before);
  });

  it('lets a stranger overhear nothing of what the victim does', async () => {
    const { platform, victimKey, strangerKey } = world;
    const listen = async (key: string, query: string) => (await subscribe(platform.url, key, { query, forMs: 4_000 })).events;
    const queries = ['subscription { usageArrivals { id } }', 'subscription { usageArrivals(side: PROVIDER) { id } }', 'subscription { balanceChanges { postedNano earnedNano } }'];
    const [atVictim, atStranger] = [victimKey, strangerKey].map((key) => Promise.all(queries.map((query) => listen(key, query))));
    await new Promise((begun) => setTimeout(begun, 1_500));
    expect((await platform.predict(victimKey, 'victim/secret', { text: 'hello' })).status).toBe(200);
    expect((await atVictim!).map((events) => events.length)).toEqual([1, 1, 2]);
    expect((await atStranger!).map((events) => events.length)).toEqual([0, 0, 1]);
  }, 30_000);
});
