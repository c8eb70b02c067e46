import { afterEach, expect, it } from '@jest/globals';
import type { ResolvedVersion } from '@steelyard/domain-catalog';
import { Answer, inferenceErrors, type PredictCommand, type PredictEvent, type PredictResult } from '@steelyard/domain-inference';
import { AppError, type Caller } from '@steelyard/kernel';
import { BareRoutes } from '@steelyard/platform-http';
import { noTracing, silentLogger } from '@steelyard/platform-observability';
import { encodeValue } from '@steelyard/wire';
import { fastify, type FastifyInstance } from 'fastify';
import { createOpenAiDoor } from './openai-door.js';

const caller = { organizationId: 'o', organizationHandle: 'acme', actorId: 'key1', scopes: new Set(['predict']) } as unknown as Caller;

const LISTED = { nodes: ['acme/story', 'acme/other'].map((ref) => ({ ref, createdAt: new Date(0) })), pageInfo: { hasNextPage: false } };

const resultOf = (output: unknown): PredictResult =>
  ({
    predictionId: 'p1',
    version: { label: 'acme/story@1.0.0', owner: 'acme', name: 'story' },
    answer: new Answer(encodeValue(output)),
    amountNano: 8n,
    lines: [{ unit: 'input_token', quantity: 3n, amountNano: 3n }, { unit: 'output_token', quantity: 5n, amountNano: 5n }],
    isFree: false,
    currency: 'usd',
    replayed: false,
    timings: { queueMs: 1, computeMs: 2, totalMs: 3, coldStartMs: 0 },
  }) as unknown as PredictResult;

const servers: FastifyInstance[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

interface Those {
  readonly who?: Caller;
  readonly run?: (command: PredictCommand) => Promise<PredictResult>;
}

/** The door with a use case of the test's own behind it, listening; gives what it was commanded. */
async function open(task: string, output: unknown, stream: () => AsyncGenerator<PredictEvent, void> = async function* () {}, { who = caller, run = async () => resultOf(output) }: Those = {}) {
  const commands: PredictCommand[] = [];
  const bare = new BareRoutes();
  const server = fastify({ forceCloseConnections: true, serverFactory: bare.createServer });
  servers.push(server);
  const door = createOpenAiDoor({
    identity: { identify: async () => ({ caller: who }) },
    runPrediction: {
      run: (command) => (commands.push(command), run(command)),
      stream: (command) => (commands.push(command), stream()),
    },
    catalog: {
      resolve: async (ref: string) => ({ manifest: { task }, modelId: ref, owner: 'acme', name: ref.slice(5) }) as unknown as ResolvedVersion,
      notAllowed: async (_caller: Caller, ref: string) => new AppError('CATALOG.MODEL_NOT_ALLOWED', `not for ${ref}`, { kind: 'forbidden' }),
    },
    reader: { models: async () => LISTED } as never,
    logger: silentLogger,
    tracing: noTracing,
    bodyBytesMax: 10_000,
  });
  bare.add(door);
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(`${url}/openai/v1/${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ model: 'acme/story', ...body }) });
  return { commands, post, get: (path: string) => fetch(`${url}/openai/v1/${path}`) };
}

const messages = [{ role: 'user', content: 'x' }];
/** What every object has, whether or not it was put there. */
const INHERITED = ['constructor', 'toString', 'hasOwnProperty', '__proto__'];

it.each(INHERITED)('knows neither an address nor a parameter called %s', async (name) => {
  const { commands, get, post } = await open('text-generation', {});
  for (const answer of [await get(name), await post(name, {})]) expect([answer.status, await answer.json()]).toEqual([404, { error: expect.objectContaining({ code: 'HTTP.NOT_FOUND' }) }]);
  const refused = await post('chat/completions', { messages, ...(JSON.parse(`{"${name}": 1}`) as object) });
  expect([refused.status, await refused.json()]).toEqual([400, { error: expect.objectContaining({ param: name }) }]);
  expect(commands).toEqual([]);
});

it.each([
  [{ metadata: { tag: 'project 7', other: 1 } }, {}, 'project 7'],
  [{ metadata: { tag: 'project 7' } }, { 'steelyard-tag': 'of the header' }, 'of the header'],
  [{ metadata: { tag: 5 } }, {}, undefined],
  [{ metadata: 'text' }, {}, undefined],
  [{}, {}, undefined],
])('takes the tag from %j and the headers %j', async (body, headers, tag) => {
  const { commands, post } = await open('text-generation', { text: 'a', finishReason: 'stop', usage: { inputTokens: 3, outputTokens: 5 } });
  expect((await post('chat/completions', { messages, ...body }, headers as Record<string, string>)).status).toBe(200);
  expect(commands[0]!.options.tag).toBe(tag);
});

it('says of many embeddings what they used together', async () => {
  const { commands, post } = await open('text-embedding', { embedding: [1, 2] });
  const response = await post('embeddings', { input: ['a', 'b', 'c'], metadata: { tag: 't' } });
  expect(Object.fromEntries(response.headers)).toMatchObject({ 'steelyard-cost-nano': '24', 'steelyard-units': 'input_token=9, output_token=15' });
  expect(commands.map(({ options }) => options.tag)).toEqual(['t', 't', 't']);
});

it.each<[string, string, object, unknown]>([
  ['chat/completions', 'text-generation', { messages }, { text: 'a', finishReason: 'stop' }],
  ['chat/completions', 'text-generation', { messages }, null],
  ['embeddings', 'text-embedding', { input: ['a', 'b'] }, {}],
])('says at %s of an answer that it cannot write that it was charged', async (path, task, body, output) => {
  const { post } = await open(task, output);
  const response = await post(path, body);
  expect(Object.fromEntries(response.headers)).toMatchObject({ 'steelyard-error-code': 'INFERENCE.ANSWER_UNWRITABLE', 'steelyard-charged': 'true', 'x-should-retry': 'false' });
  expect([response.status, await response.json()]).toEqual([500, { error: expect.objectContaining({ message: expect.stringContaining('usd is charged') }) }]);
});

it('ends a stream whose end it cannot write with an error that says what is charged', async () => {
  const { post } = await open('text-generation', {}, async function* () {
    yield { type: 'part', part: { text: 'a' } };
    yield { type: 'done', result: resultOf(null) };
  });
  const events = (await (await post('chat/completions', { messages, stream: true })).text()).trim().split('\n\n');
  expect(JSON.parse(events.at(-1)!.replace('data: ', ''))).toMatchObject({ error: { code: 'INFERENCE.ANSWER_UNWRITABLE', message: expect.stringContaining('usd is charged') } });
});

it('says of many embeddings why the one failed that stopped the others', async () => {
  const run = async ({ input, signal }: PredictCommand): Promise<PredictResult> => {
    if ((input as { text: string }).text === '') throw inferenceErrors.INPUT_INVALID({ label: 'acme/story@1.0.0', problems: [] });
    return new Promise((_done, fail) => signal!.addEventListener('abort', () => fail(new AppError('ENGINE.CANCELLED', 'the call was cancelled', { kind: 'cancelled' }))));
  };
  const { post } = await open('text-embedding', {}, undefined, { run });
  const refused = await post('embeddings', { input: ['a', '', 'b'] });
  expect([refused.status, refused.headers.get('steelyard-error-code')]).toEqual([400, 'INFERENCE.INPUT_INVALID']);
});

it('ends a stream that was cut short by what its caller can pay with an error that says what is charged', async () => {
  const { post } = await open('text-generation', {}, async function* () {
    yield { type: 'part', part: { text: 'a', usage: { inputTokens: 3, outputTokens: 1 } } };
    throw inferenceErrors.CUT_SHORT_BY_LIMIT({ parts: 1, id: 'p1', amountNano: '1500000000', currency: 'usd' });
  });
  const events = (await (await post('chat/completions', { messages, stream: true })).text()).trim().split('\n\n').map((event) => JSON.parse(event.replace('data: ', '')) as Record<string, any>);
  expect(events.at(-2)).toMatchObject({ choices: [{ delta: { content: 'a' } }] });
  expect(events.at(-1)).toEqual({
    error: { type: 'insufficient_quota', code: 'insufficient_quota', param: null, message: expect.stringContaining('The credit was used up after 1 parts of the answer; 1.50 usd is charged for what ran') },
  });
});

it('refuses with 402 what a budget does not cover', async () => {
  const { post } = await open('text-generation', {}, async function* () {
    yield await Promise.reject(inferenceErrors.LIMIT_REACHED({ requiredNano: '7', availableNano: '6', currency: 'usd', budgetId: 'b1' }));
  });
  const response = await post('chat/completions', { messages, stream: true });
  expect(response.status).toBe(402);
  expect(response.headers.get('steelyard-error-code')).toBe('INFERENCE.LIMIT_REACHED');
  expect(await response.json()).toMatchObject({ error: { code: 'insufficient_quota' } });
});

it('lists the models that the key is for, and shows no other', async () => {
  const { get } = await open('text-generation', {}, undefined, { who: { ...caller, modelIds: new Set(['acme/story']) } });
  const { data } = (await (await get('models')).json()) as { data: { id: string }[] };
  // Once for each task that this API has.
  expect(new Set(data.map(({ id }) => id))).toEqual(new Set(['acme/story']));
  const refused = await get('models/acme/other');
  expect([refused.status, await refused.json()]).toEqual([403, { error: expect.objectContaining({ type: 'permission_error', code: 'CATALOG.MODEL_NOT_ALLOWED' }) }]);
});
