import { afterEach, expect, it } from '@jest/globals';
import { inferenceErrors, type Estimate, type PredictCommand } from '@steelyard/domain-inference';
import type { Caller } from '@steelyard/kernel';
import { BareRoutes } from '@steelyard/platform-http';
import { noTracing, silentLogger } from '@steelyard/platform-observability';
import { fastify, type FastifyInstance } from 'fastify';
import { createEstimateDoor } from './estimate-door.js';

const caller = { organizationId: 'o', actorId: 'key1', scopes: new Set(['predict']) } as unknown as Caller;
const estimate = {
  version: { label: 'acme/story@1.0.0' },
  currency: 'usd',
  lines: [{ unit: 'output_token', least: 0n, most: 10n, leastNano: 0n, mostNano: 6_000n }],
  leastNano: 0n,
  mostNano: 6_000n,
  free: undefined,
  isFree: false,
  availableNano: 5n,
  refusal: 'INFERENCE.PAYMENT_REQUIRED',
  budgetId: undefined,
} as unknown as Estimate;

const servers: FastifyInstance[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function open(answer: (command: PredictCommand) => Promise<Estimate>): Promise<string> {
  const bare = new BareRoutes();
  const server = fastify({ forceCloseConnections: true, serverFactory: bare.createServer });
  servers.push(server);
  bare.add(createEstimateDoor({ identity: { identify: async () => ({ caller }) }, estimateCall: { estimate: answer }, logger: silentLogger, tracing: noTracing, bodyBytesMax: 1_000 }));
  return server.listen({ port: 0, host: '127.0.0.1' });
}

const post = (url: string, path: string, method = 'POST') => fetch(`${url}${path}`, { method, headers: { 'content-type': 'application/json', 'steelyard-deadline-ms': '500' }, ...(method === 'POST' && { body: '{"prompt":"x"}' }) });

it('says what the same call of the native door would cost', async () => {
  const commands: PredictCommand[] = [];
  const url = await open(async (command) => (commands.push(command), estimate));
  const response = await post(url, '/v1/estimate/acme/story:beta');
  expect(await response.json()).toEqual({
    model: 'acme/story@1.0.0', currency: 'usd', leastNano: '0', mostNano: '6000', isFree: false, availableNano: '5', allowed: false, refusal: 'INFERENCE.PAYMENT_REQUIRED',
    lines: [{ unit: 'output_token', least: '0', most: '10', leastNano: '0', mostNano: '6000' }],
  });
  expect(commands).toMatchObject([{ ref: 'acme/story:beta', input: { prompt: 'x' }, options: { deadlineMs: 500 }, caller }]);
});

it('refuses as a call would', async () => {
  const url = await open(() => Promise.reject(inferenceErrors.INPUT_INVALID({ label: 'acme/story@1.0.0', problems: [{ path: 'prompt', message: 'is missing' }] })));
  const invalid = await post(url, '/v1/estimate/acme/story');
  expect([invalid.status, await invalid.json()]).toMatchObject([400, { error: { code: 'INFERENCE.INPUT_INVALID', charged: false } }]);
  expect((await post(url, '/v1/estimate/acme')).status).toBe(404);
  expect((await post(url, '/v1/estimate/acme/story/more')).status).toBe(404);
  expect((await post(url, '/v1/estimate/acme/story', 'GET')).status).toBe(405);
});
