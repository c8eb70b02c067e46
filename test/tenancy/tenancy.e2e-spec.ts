import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PERMISSIONS, type Permission } from '@steelyard/kernel';
import { describeDatabase, repositoryRoot } from '@steelyard/test-support';
import { buildSchema, type GraphQLObjectType } from 'graphql';
import { operations, type Answer, type Expectation, type OperationCase } from './cases.js';
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

  async function ask(key: string | undefined, { document, variables }: OperationCase): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (let round = 0; round < ROUNDS; round += 1) answers.push(await askOnce(key, document, variables?.(world.victim) ?? {}));
    return answers;
  }

  async function askOnce(key: string | undefined, query: string, variables: object): Promise<Answer> {
    const codesOf = (errors: readonly { extensions?: Record<string, unknown> }[] | undefined) => (errors ?? []).map(({ extensions }) => extensions?.['code']);
    if (query.startsWith('subscription')) {
      const { events, errors } = await subscribe(world.platform.url, key, { query, variables });
      return { data: events.at(-1), codes: codesOf(errors) };
    }
    const { data, errors } = await world.platform.graphqlRaw<Answer['data']>(key, query, variables);
    return { data, codes: codesOf(errors) };
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

    it('asks for a key, or is public and gives nobody what it gives a stranger', async () => {
      const answers = await ask(undefined, operation);
      if (access === 'public') await expectStranger(answers, stranger!);
      else expectRefusal(answers, 'IDENTITY.UNAUTHENTICATED');
    });

    if (access === 'operator') {
      it('is the operator’s alone', async () => {
        expectRefusal(await ask(world.strangerKey, operation), 'IDENTITY.FORBIDDEN');
      });
    } else if ((PERMISSIONS as readonly string[]).includes(access)) {
      it(`asks for the scope ${access}, and all others do not make up for it`, async () => {
        expectRefusal(await ask(world.lacking[access as Permission], operation), 'IDENTITY.FORBIDDEN');
      });
    }

    if (stranger) {
      it('gives a stranger nothing of the victim’s', async () => {
        await expectStranger(await ask(world.strangerKey, operation), stranger);
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

    it('do not tell a stranger that a file is here', async () => {
      expect((await fetch(uploadPath(), { method: 'HEAD', headers: bearer() })).status).toBe(404);
      expect((await fetch(uploadPath(), { method: 'HEAD' })).status).toBe(401);
      expect((await fetch(uploadPath(), { method: 'HEAD', headers: { authorization: `Bearer ${world.lacking['models:publish']}` } })).status).toBe(403);
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
});
