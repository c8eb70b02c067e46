import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, expect, it } from '@jest/globals';
import { runCli } from '../../program.js';

const estimate = {
  model: 'acme/story@1.0.0', currency: 'usd', leastNano: '1000000000', mostNano: '2500000000', availableNano: '10000000000', isFree: false, allowed: true,
  lines: [{ unit: 'request', least: '1', most: '1', leastNano: '1000000000', mostNano: '1000000000' }, { unit: 'compute_second', least: '0', most: '1500000', leastNano: '0', mostNano: '1500000000' }],
};

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Runs the command against a server that gives one answer, and notes what it was asked. */
async function cli(answer: object, argv: readonly string[]) {
  const seen: { path: string; tag: unknown; body: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push({ path: request.url!, tag: request.headers['steelyard-tag'], body: Buffer.concat(chunks).toString() });
      response.writeHead(200, { 'steelyard-cost-nano': '5', 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closing.push(() => (server.closeAllConnections(), server.close()));
  const stdin = new PassThrough();
  stdin.end('{"prompt":"from stdin"}');
  let [out, err] = ['', ''];
  const stderr = new PassThrough();
  stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const env = { HOME: '/nowhere', STEELYARD_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, STEELYARD_API_KEY: 'key-1' };
  const code = await runCli(argv, { stdin, stderr, env, cwd: '/', stdout: { write: (text: string) => (out += text) } });
  return { code, out, err, seen };
}

it('says what a call would cost, from and to, in whole units', async () => {
  const { code, out, seen } = await cli(estimate, ['estimate', 'acme/story:beta', 'prompt=x', 'maxTokens=7']);
  expect(code).toBe(0);
  expect(out).toContain('acme/story@1.0.0 would cost 1.00 to 2.50 usd');
  expect(out).toMatch(/request +1 +1\.00/);
  expect(out).toMatch(/compute_second +0 to 1\.5 +0\.00 to 1\.50/);
  expect(out).toContain('available: 10.00 usd; the call would be let in');
  expect(seen).toMatchObject([{ path: '/v1/estimate/acme/story:beta', body: '{"prompt":"x","maxTokens":7}' }]);
});

it('says what is free, and what is not there', async () => {
  const free = { unit: 'compute_second', quantity: '60000000', left: '2000000' };
  expect((await cli({ ...estimate, free, isFree: true, leastNano: '0', mostNano: '0' }, ['estimate', 'acme/story', '--input', '-'])).out).toMatch(/would cost nothing: the free units cover it[^]*free this month: 2 of 60 compute_second left/);
  expect((await cli({ ...estimate, availableNano: '5', allowed: false, refusal: 'INFERENCE.PAYMENT_REQUIRED' }, ['estimate', 'acme/story'])).out).toContain('which is not enough');
  expect((await cli({ ...estimate, allowed: false, refusal: 'INFERENCE.LIMIT_REACHED', budgetId: 'b-1' }, ['estimate', 'acme/story'])).out).toContain('budget b-1 has not enough left');
});

it('gives programs the same as JSON', async () => {
  const { out, seen } = await cli(estimate, ['estimate', 'acme/story', '--input', '-', '--json']);
  expect(JSON.parse(out)).toMatchObject({ model: 'acme/story@1.0.0', mostNano: '2500000000', lines: [{ unit: 'request', most: '1' }, { most: '1500000' }] });
  expect(seen[0]!.body).toBe('{"prompt":"from stdin"}');
});

it('is asked by a run with a tag', async () => {
  const { code, seen } = await cli({}, ['run', 'acme/story', 'prompt=x', '--tag', 'project 7']);
  expect(code).toBe(0);
  expect(seen).toMatchObject([{ path: '/v1/predict/acme/story', tag: 'project 7' }]);
});
