import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { runCliAgainst } from '../../../spec/run-cli-against.js';

interface Sent {
  readonly query: string;
  readonly variables: { readonly input: { readonly id?: string; readonly idempotencyKey?: string } };
}

const payment = {
  id: 'p-1', amount: '25.00', currency: 'usd', method: 'CHECKOUT', state: 'OPEN', checkoutUrl: 'https://pay.example/1', failure: null, refunded: '0', createdAt: '2026-11-01T00:00:00.000Z',
};

let server: Server;
let sent: Sent[];
/** What the platform answers; where it is nothing, the connection breaks once it has read what was asked. */
let answer: object | undefined;

beforeEach(async () => {
  sent = [];
  answer = undefined;
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      sent.push(JSON.parse(Buffer.concat(chunks).toString()) as Sent);
      if (answer === undefined) response.destroy();
      else response.end(JSON.stringify({ data: answer }));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const cli = (...argv: readonly string[]) => runCliAgainst(server, argv);

it.each([
  ['topup 25.00 --saved', '--key'],
  ['operator refund p-1 5.00 --reason why', '--id'],
  ['operator credit acme 10.00 --reason why', '--id'],
])('%s whose answer is lost can be sent again without moving money twice', async (line, option) => {
  const argv = [...line.split(' '), '--api-key', 'k'];
  const { code, out, err } = await cli(...argv, '--json');
  expect([code, err]).toEqual([5, '']);
  const { error } = JSON.parse(out) as { error: { idempotencyKey: string } };
  const nameSent = (at: number) => sent[at]!.variables.input.idempotencyKey ?? sent[at]!.variables.input.id;
  expect(error).toMatchObject({ code: 'CLIENT.CONNECTION_LOST', idempotencyKey: nameSent(0), askAgainWith: `${option} ${nameSent(0)}` });
  const again = await cli(...argv, option, error.idempotencyKey);
  expect([nameSent(1), again.err]).toEqual([nameSent(0), expect.stringContaining(`to ask again without paying twice: ${option} ${nameSent(0)}`)]);
});

it('topup --json gives programs the page to pay on, and does not wait for what nobody was told to pay', async () => {
  answer = { topUp: payment };
  const { code, out, err } = await cli('topup', '25.00', '--json');
  expect([code, JSON.parse(out), err]).toEqual([0, payment, '']);
  expect(sent).toHaveLength(1);
});
