import { afterEach, expect, it } from '@jest/globals';
import type { ResolvedVersion } from '@steelyard/domain-catalog';
import { Answer, type PredictResult } from '@steelyard/domain-inference';
import type { Caller } from '@steelyard/kernel';
import { BareRoutes } from '@steelyard/platform-http';
import { noTracing, silentLogger } from '@steelyard/platform-observability';
import { encodeValue } from '@steelyard/wire';
import { fastify, type FastifyInstance } from 'fastify';
import { createOpenInferenceDoor } from './open-inference-door.js';

const caller = { organizationId: 'o', organizationHandle: 'acme', actorId: 'key1', scopes: new Set(['predict']) } as unknown as Caller;
const version = {
  owner: 'acme',
  name: 'echo',
  version: '1.0.0',
  label: 'acme/echo@1.0.0',
  manifest: { runtime: { name: 'echo' }, input: { properties: { text: { type: 'string' } } }, output: { properties: { text: { type: 'string' }, constructor: { type: 'string' } } } },
} as unknown as ResolvedVersion;
const result = {
  predictionId: 'p1', version, answer: new Answer(encodeValue({ text: 'hello' })), amountNano: 0n, lines: [], isFree: false, currency: 'usd', replayed: false,
  timings: { queueMs: 0, computeMs: 0, totalMs: 0, coldStartMs: 0 },
} as unknown as PredictResult;

const servers: FastifyInstance[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** The door with one model behind it, listening. */
async function open(answer = result) {
  const bare = new BareRoutes();
  const server = fastify({ forceCloseConnections: true, serverFactory: bare.createServer });
  servers.push(server);
  const door = createOpenInferenceDoor({
    identity: { identify: async () => ({ caller }) },
    runPrediction: { run: async () => answer, stream: () => { throw new Error('not streamed here'); } },
    catalog: { resolve: async () => version },
    reader: {} as never,
    isReady: async () => true,
    version: '1.0.0',
    logger: silentLogger,
    tracing: noTracing,
    bodyBytesMax: 10_000,
  });
  bare.add(door);
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  return (path: string, body?: object) => fetch(`${url}/v2${path}`, { ...(body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });
}

it.each(['constructor', 'toString', 'hasOwnProperty', '__proto__'])('has no address called %s, which every object has', async (name) => {
  const ask = await open();
  for (const path of [`/${name}`, `/models/acme/echo/${name}`, `/models/acme/echo/versions/1.0.0/${name}`]) {
    const answer = await ask(path);
    expect([answer.status, await answer.json()]).toEqual([404, { error: expect.stringContaining(path) }]);
  }
});

it('leaves out an output that the model left out, whatever it is called', async () => {
  const ask = await open();
  const answer = await ask('/models/acme/echo/infer', { inputs: [{ name: 'text', datatype: 'BYTES', shape: [1], data: ['hello'] }] });
  expect(answer.status).toBe(200);
  const { outputs } = (await answer.json()) as { outputs: { name: string }[] };
  expect(outputs.map(({ name }) => name)).toEqual(['text']);
});

it('says of an answer that it cannot write that it was charged', async () => {
  const ask = await open({ ...result, answer: new Answer(encodeValue(null)), amountNano: 5n });
  const answer = await ask('/models/acme/echo/infer', { inputs: [{ name: 'text', datatype: 'BYTES', shape: [1], data: ['hello'] }] });
  expect([answer.status, answer.headers.get('steelyard-charged')]).toEqual([500, 'true']);
  expect(await answer.json()).toEqual({ error: expect.stringContaining('0.000000005 usd is charged') });
});
