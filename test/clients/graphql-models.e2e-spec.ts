import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { codegen } from '@graphql-codegen/core';
import * as documentNodes from '@graphql-codegen/typed-document-node';
import * as operationTypes from '@graphql-codegen/typescript-operations';
import { buildSchema, parse, validate } from 'graphql';
import { describePlatform, newName, repositoryRoot, SHARED_BODY_LIMIT_BYTES, writeEchoPackage, type SharedPlatform } from '@steelyard/test-support';
import { checkTypes } from '../sdk-types/check-types.js';

const digits = join(repositoryRoot, 'plugins/models/digits');

describePlatform('GraphQL with a field for every model', (context) => {
  const acme = newName('acme');
  const field = (model: string) => `${acme.replaceAll('-', '_')}__${model}`;
  const type = (model: string, suffix: string) => `${acme.replaceAll('-', '_').replace(/^./, (first) => first.toUpperCase())}__${model.replace(/^./, (first) => first.toUpperCase())}__${suffix}`;
  let platform: SharedPlatform;
  let provider: string;
  let consumer: string;

  beforeAll(async () => {
    platform = context.platform();
    provider = await platform.openOrganization(acme, '1.00');
    consumer = await platform.openOrganization(newName('caller'), '1.00');
    await platform.publish(provider, digits, '--public');
    await platform.publish(provider, await writeEchoPackage(), '--public');
    await platform.publish(provider, await writeEchoPackage({ name: 'secret' }));
  }, 120_000);

  async function send(key: string | undefined, query: string, variables: object = {}, headers: Record<string, string> = {}) {
    const response = await fetch(`${platform.url}/graphql/models`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }), ...headers },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, body: (await response.json()) as { data?: any; errors?: any[] } };
  }

  const sdl = async (key?: string, query = `?owner=${acme}`) => (await fetch(`${platform.url}/graphql/models${query}`, { headers: key ? { authorization: `Bearer ${key}` } : {} })).text();
  const image = async () => (await readFile(join(digits, 'samples/seven.png'))).toString('base64');
  const spent = async (work: () => Promise<unknown>) => {
    const before = BigInt((await platform.settledBalance(consumer)).availableNano);
    await work();
    return before - BigInt((await platform.settledBalance(consumer)).availableNano);
  };
  const echo = (given: string) => `mutation { ${field('echo')}(${given}) {
    __typename ... on ${type('echo', 'Success')} { output { text number } replayed } ... on InputInvalid { code problems { path message } } ... on PaymentRequired { code }
  } }`;

  it('answers typed, and charges each call of an operation', async () => {
    const query = `mutation ($image: Base64!) {
      ${field('digits')}(input: { image: $image }) { ... on ${type('digits', 'Success')} { output { label scores { label score } } predictionId ref amountNano currency replayed } }
      again: ${field('digits')}(input: { image: $image }) { __typename }
    }`;
    const cost = await spent(async () => {
      const { status, body } = await send(consumer, query, { image: await image() });
      expect(body.errors).toBeUndefined();
      expect(status).toBe(200);
      const answer = body.data[field('digits')];
      expect(answer).toMatchObject({ output: { label: '7' }, ref: `${acme}/digits@1.0.0`, amountNano: '200000', currency: 'usd', replayed: false });
      expect(answer.output.scores).toHaveLength(10);
      expect(body.data.again).toEqual({ __typename: type('digits', 'Success') });
    });
    expect(cost).toBe(400_000n);
  });

  it('shows a private model to its own organization alone', async () => {
    const query = `mutation { ${field('secret')}(input: { text: "x" }) { __typename } }`;
    expect((await send(provider, query)).body.data).toEqual({ [field('secret')]: { __typename: type('secret', 'Success') } });
    const refused = await send(consumer, query);
    expect([refused.status, refused.body.errors![0].extensions.code]).toEqual([400, 'CATALOG.MODEL_NOT_FOUND']);
    expect(await sdl(provider)).toContain(field('secret'));
    for (const key of [consumer, undefined]) expect(await sdl(key)).not.toContain(field('secret'));
  });

  it('has the types of a new version, and of a new model, within seconds', async () => {
    const asked = `mutation { ${field('later')}(input: { text: "x", mood: happy }) { ... on ${type('later', 'Success')} { output { text } ref } } }`;
    expect((await send(consumer, asked)).status).toBe(400);
    const later = async (version: string, input: string) => {
      const manifest = (await readFile(join(await writeEchoPackage({ name: 'later', version }), 'model.yaml'), 'utf8')).replace('number: { type: number }', `number: { type: number }\n    ${input}`);
      await platform.publish(provider, await writeEchoPackage({ name: 'later', version, manifest }), '--public');
      await platform.cli(provider, 'release', 'later', version);
    };
    await later('1.0.0', 'other: { type: string }');
    expect((await send(consumer, asked)).body.errors![0].message).toContain('mood');
    await later('1.1.0', 'other: { type: string }\n    mood: { enum: [happy, sad] }');
    const until = Date.now() + 5_000;
    let answer = await send(consumer, asked);
    while (answer.status !== 200 && Date.now() < until) answer = await send(consumer, asked);
    expect(answer.body.data[field('later')]).toEqual({ output: { text: 'x' }, ref: `${acme}/later@1.1.0` });
    expect(await sdl()).toContain(`enum ${type('later', 'Input_Mood')}`);
  });

  it('makes client code that compiles, by GraphQL Code Generator', async () => {
    const schema = parse(await sdl());
    const operation = (output: string) => `mutation Read($input: ${type('digits', 'Input')}!) { read: ${field('digits')}(input: $input) {
      __typename ... on ${type('digits', 'Success')} { output { ${output} } amountNano } ... on InputInvalid { problems { path message } } ... on PaymentRequired { requiredNano }
    } }`;
    expect(validate(buildSchema(await sdl()), parse(operation('nothing')))).toHaveLength(1);
    const generated = await codegen({
      filename: 'models.ts',
      schema,
      documents: [{ location: 'read.graphql', document: parse(operation('label scores { score }')) }],
      config: { documentMode: 'string', useTypeImports: true, strictScalars: true, scalars: { Base64: 'string', JSON: 'unknown', Long: 'number', Nano: 'string', Tensor: 'unknown' } },
      plugins: [{ operations: {} }, { documents: {} }],
      pluginMap: { operations: operationTypes, documents: documentNodes },
    });
    const use = (label: string) => `${generated}
export function use(answer: ReadMutation): string | undefined {
  const variables: ReadMutationVariables = { input: { image: 'aGk=' } };
  void variables;
  return answer.read?.__typename === '${type('digits', 'Success')}' ? answer.read.output.${label} : undefined;
}`;
    expect(checkTypes({ 'models.ts': use('label') })).toEqual([]);
    expect(checkTypes({ 'models.ts': use('nothing') })).toMatchObject([{ message: expect.stringContaining('nothing') }]);
  }, 60_000);

  describe('bad input', () => {
    it('is refused and costs nothing', async () => {
      const missing = `${acme.replaceAll('-', '_')}__nothing`;
      const cost = await spent(async () => {
        for (const [query, status, code] of [
          [echo('input: { text: 7 }'), 400, 'GRAPHQL.INVALID'],
          [echo('input: {}'), 400, 'GRAPHQL.INVALID'],
          [echo('input: { text: "x", extra: 1 }'), 400, 'GRAPHQL.INVALID'],
          [`mutation { ${missing}(input: {}) { __typename } }`, 400, 'CATALOG.MODEL_NOT_FOUND'],
          ['mutation {', 400, 'GRAPHQL.INVALID'],
          [echo('input: { text: "x" }, deadlineMs: 0'), 200, 'INFERENCE.DEADLINE_PASSED'],
          [echo('input: { text: "x" }, deadlineMs: -1'), 200, 'INFERENCE.DEADLINE_PASSED'],
          [echo('input: { text: "x" }, idempotencyKey: ""'), 200, 'INFERENCE.IDEMPOTENCY_KEY_INVALID'],
          [echo('input: { text: "x" }, version: "9.9.9"'), 200, 'CATALOG.VERSION_NOT_FOUND'],
          [echo('input: { text: "x" }, version: "nightly"'), 200, 'CATALOG.CHANNEL_NOT_FOUND'],
          [echo('input: { text: "x" }, version: "No such!"'), 200, 'CATALOG.REF_INVALID'],
        ] as const) {
          const answer = await send(consumer, query);
          expect([query, answer.status, answer.body.errors?.[0].extensions.code]).toEqual([query, status, code]);
        }
        const tooLarge = await send(consumer, echo('input: { text: "x" }'), { unused: 'x'.repeat(SHARED_BODY_LIMIT_BYTES) });
        expect([tooLarge.status, tooLarge.body.errors![0].extensions.code]).toEqual([413, 'HTTP.BODY_TOO_LARGE']);
      });
      expect(cost).toBe(0n);
    });

    it('that only the model’s schema knows of is a member of the union, with its path', async () => {
      const cost = await spent(async () => {
        const query = `mutation ($text: String!) { ${field('echo')}(input: { text: $text }) { ... on InputInvalid { code problems { path message } } } }`;
        const { status, body } = await send(consumer, query, { text: 'x'.repeat(10_001) });
        expect([status, body.data[field('echo')]]).toEqual([200, { code: 'INFERENCE.INPUT_INVALID', problems: [{ path: 'text', message: expect.any(String) }] }]);
        const notAnImage = await send(consumer, `mutation { ${field('digits')}(input: { image: "bm8gaW1hZ2U=" }) { ... on InputInvalid { code problems { path } } } }`);
        expect(notAnImage.body.data[field('digits')]).toMatchObject({ code: 'INPUT.INVALID' });
      });
      expect(cost).toBe(0n);
    });

    it('under an idempotency key that was used: the same call is charged once, another is refused', async () => {
      const cost = await spent(async () => {
        for (const replayed of [false, true]) {
          const { body } = await send(consumer, echo('input: { text: "x" }, idempotencyKey: "order-1"'));
          expect(body.data[field('echo')]).toMatchObject({ output: { text: 'x', number: null }, replayed });
        }
        const other = await send(consumer, echo('input: { text: "y" }, idempotencyKey: "order-1"'));
        expect([other.status, other.body.errors![0].extensions.code]).toEqual([200, 'INFERENCE.IDEMPOTENCY_KEY_REUSED']);
      });
      expect(cost).toBe(1_000_000n);
    });

    it('of keys', async () => {
      for (const key of [undefined, 'hello']) expect((await send(key, echo('input: { text: "x" }'))).status).toBe(401);
      const created = await platform.graphql(consumer, 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }', { input: { name: 'reader', scopes: ['models:read'] } });
      const refused = await send(created.createApiKey.secret, echo('input: { text: "x" }'));
      expect([refused.status, refused.body.errors![0].extensions.code]).toEqual([403, 'IDENTITY.FORBIDDEN']);
      const poor = await send(await platform.openOrganization(newName('poor')), echo('input: { text: "x" }'));
      expect(poor.body.data[field('echo')]).toEqual({ __typename: 'PaymentRequired', code: 'INFERENCE.PAYMENT_REQUIRED' });
    });
  });
});
