import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, expect, it } from '@jest/globals';
import { runCli } from '../program.js';

const usd = (amountNano: string) => ({ currency: 'usd', amountNano });
const day = (start: string, calls: number, paid: string, wouldPayNano: string) => ({ start, calls, paid: [usd(paid)], wouldPayNano, differenceNano: String(BigInt(wouldPayNano) - BigInt(paid)) });
const simulation = {
  from: '2026-11-01T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z', calls: 3, paid: [usd('3000000000')], wouldPayNano: '1500000000', differenceNano: '-1500000000', freeCalls: 0, isCallByCall: true,
  terms: { currency: 'usd', components: [{ unit: 'request', amountNano: '500000000', per: 1 }], free: null }, uncountedCalls: 0, uncountedPaid: [], uncounted: [],
  days: [day('2026-11-03T00:00:00.000Z', 2, '2000000000', '1000000000'), day('2026-11-04T00:00:00.000Z', 1, '1000000000', '500000000')], months: [day('2026-11-01T00:00:00.000Z', 3, '3000000000', '1500000000')],
};

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Runs the command against a server that gives one simulation, and notes what it was asked. */
async function simulate(answer: object, ...argv: string[]) {
  const asked: object[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { query, variables } = JSON.parse(Buffer.concat(chunks).toString()) as { query: string; variables: { input: object } };
      if (variables?.input) asked.push(variables.input);
      const data = query.includes('viewer') ? { viewer: { organization: { handle: 'acme' } } } : { simulatePrice: answer };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closing.push(() => (server.closeAllConnections(), server.close()));
  let [out, err] = ['', ''];
  const stderr = new PassThrough();
  stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const env = { HOME: '/nowhere', STEELYARD_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, STEELYARD_API_KEY: 'key-1' };
  const code = await runCli(['price', 'simulate', ...argv], { stdin: new PassThrough(), stderr, env, cwd: '/', stdout: { write: (text: string) => (out += text) } });
  return { code, out, err, asked };
}

it('asks for the terms of its flags, of a model of one’s own', async () => {
  const { code, out, asked } = await simulate(simulation, 'teller', '--side', 'provider', '--unit', 'request', '--amount', '0.5', '--free', 'request:9', '--from', '2026-11-01');
  expect(code).toBe(0);
  expect(asked).toEqual([{ side: 'PROVIDER', model: 'acme/teller', from: '2026-11-01T00:00:00.000Z', components: [{ unit: 'request', amount: '0.5', per: 1 }], free: { unit: 'request', quantity: 9 } }]);
  expect(out).toContain('consumers paid 3.00 usd, would have paid 1.50 usd; difference -1.50 usd');
  expect(out).toMatch(/2026-11-04 +1 +1\.00 usd +0\.50 usd +-0\.50 usd/);
});

it('asks for another model’s price, of all calls where none is named, and says what is unknown', async () => {
  const unknown = { uncountedCalls: 4, uncountedPaid: [usd('7000000000')], uncounted: [{ ref: 'acme/teller@1.0.0', versionId: 'v', unit: 'output_token', calls: 4 }], isCallByCall: false, differenceNano: null };
  const { out, asked } = await simulate({ ...simulation, ...unknown }, '--like', 'rival/teller');
  expect(asked).toEqual([{ side: 'CONSUMER', like: 'rival/teller' }]);
  expect(out).toContain('you paid 3.00 usd, would have paid 1.50 usd; difference unknown: other currencies were paid');
  expect(out).toContain('cannot be simulated: 4 calls, for which 7.00 usd was paid');
  expect(out).toContain('4 calls of acme/teller@1.0.0 have not counted output_token');
  expect(out).toContain('daily sums were rated');
});

it('gives programs the same as JSON', async () => {
  expect(JSON.parse((await simulate(simulation, 'rival/teller', '--free-of-charge', '--json')).out)).toEqual(simulation);
});

it.each<[string, string[], string]>([
  ['no price', ['teller'], 'give --unit and --amount'],
  ['a price beside another’s', ['teller', '--like', 'a/b', '--unit', 'request', '--amount', '1'], 'goes with no other price'],
  ['a side that is none', ['teller', '--side', 'both', '--free-of-charge'], 'must be consumer or provider'],
])('refuses %s', async (_what, argv, problem) => {
  const { code, err, asked } = await simulate(simulation, ...argv);
  expect(code).not.toBe(0);
  expect(err).toContain(problem);
  expect(asked).toEqual([]);
});
