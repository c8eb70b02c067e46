import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PERMISSIONS, type Permission } from '@steelyard/kernel';
import { describeDatabase, repositoryRoot } from '@steelyard/test-support';
import { buildSchema, type GraphQLObjectType } from 'graphql';
import { operations, type Access, type Answer, type Expectation, type OperationCase } from './cases.js';
import { subscribe } from './subscribe.js';
import { buildWorld, snapshot, type World } from './world.js';

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

  describe('the doors beside GraphQL', () => {
    const bearer = () => ({ authorization: `Bearer ${world.strangerKey}` });
    const uploadPath = () => `${world.platform.url}/v1/uploads/sha256/${world.victim.files[0]!.sha256}`;

    it('run no private model for a stranger, by whatever name', async () => {
      for (const ref of ['victim/secret', 'victim/secret@1.0.0', 'victim/secret:stable']) {
        const answer = await world.platform.predict(world.strangerKey, ref, { text: 'hello' });
        expect([answer.status, answer.body]).toEqual([404, { error: expect.objectContaining({ code: 'CATALOG.MODEL_NOT_FOUND', charged: false }) }]);
      }
    });

    it('run nothing without a key, or with a key that lacks the scope', async () => {
      expect((await world.platform.predict('', 'victim/open', { text: 'hello' })).status).toBe(401);
      expect((await world.platform.predict(world.lacking.predict, 'victim/open', { text: 'hello' })).status).toBe(403);
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

    it('give nobody the documents of another', async () => {
      const get = (key?: string) => fetch(`${world.platform.url}/v1/documents/SY-2026-000001`, { headers: key === undefined ? {} : { authorization: `Bearer ${key}` } });
      expect([(await get()).status, (await get(world.lacking['billing:read'])).status, (await get(world.strangerKey)).status]).toEqual([401, 403, 404]);
    });

    it('do not tell a stranger that a file is here', async () => {
      expect((await fetch(uploadPath(), { method: 'HEAD', headers: bearer() })).status).toBe(404);
      expect((await fetch(uploadPath(), { method: 'HEAD' })).status).toBe(401);
      expect((await fetch(uploadPath(), { method: 'HEAD', headers: { authorization: `Bearer ${world.lacking['versions:publish']}` } })).status).toBe(403);
    });

    it('show a stranger, and nobody, no file of a private model', async () => {
      const fileOf = (model: string, headers: Record<string, string>) => fetch(`${world.platform.url}/v1/models/victim/${model}/1.0.0/files/README.md`, { headers });
      for (const headers of [bearer(), {} as Record<string, string>]) {
        expect((await fileOf('secret', headers)).status).toBe(404);
        expect((await fileOf('open', headers)).status).toBe(200);
      }
      expect((await fileOf('secret', { authorization: `Bearer ${world.victimKey}` })).status).toBe(200);
    });

    it('let a stranger go on with no upload of another', async () => {
      const headers = { ...bearer(), 'content-type': 'application/offset+octet-stream', 'upload-offset': '5', 'upload-length': String(world.victim.files[0]!.size) };
      const { status } = await fetch(uploadPath(), { method: 'PATCH', headers, body: 'xx' });
      expect(status).toBe(409);
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
