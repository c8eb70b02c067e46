import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { runCliAgainst } from '../../../spec/run-cli-against.js';

let server: Server;
let keys: unknown[];
let status: number;

/** A platform that fails, and of a call that it had begun does not say what became of it. */
beforeEach(async () => {
  keys = [];
  status = 500;
  server = createServer((request, response) => {
    keys.push(request.headers['idempotency-key']);
    request.resume().on('end', () => response.writeHead(status).end('{"error":{"code":"X.BROKEN","message":"broken"}}'));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const cli = (...argv: readonly string[]) => runCliAgainst(server, argv);

const call = ['run', 'acme/digits', 'a=1'] as const;

it('tells the key of a call that may have been charged, and how to ask again with it', async () => {
  const { err } = await cli(...call);
  expect(err).toContain(`X.BROKEN, charged: unknown, to ask again without paying twice: --idempotency-key ${keys[0] as string}\n`);
  const { out, err: nothing } = await cli(...call, '--json');
  expect(nothing).toBe('');
  expect(JSON.parse(out)).toMatchObject({ error: { code: 'X.BROKEN', charged: 'unknown', idempotencyKey: keys[1], askAgainWith: `--idempotency-key ${keys[1] as string}` } });
  const streamed = await cli(...call, '--stream', '--json');
  expect(JSON.parse(streamed.out)).toMatchObject({ error: { idempotencyKey: keys[2] } });
  await cli(...call, '--idempotency-key', keys[0] as string);
  expect(keys[3]).toBe(keys[0]);
});

it('says nothing to people of the key of a call that was refused', async () => {
  status = 404;
  expect((await cli(...call)).err).toMatch(/\nX\.BROKEN\n$/);
});
