import { expect, it } from '@jest/globals';
import { fastify } from 'fastify';
import { serveHealth } from './health.js';

it('is live whatever happens, and ready when everything is', async () => {
  const server = fastify();
  let broken = false;
  serveHealth(server, {
    database: async () => broken && Promise.reject(new Error('password of the database')),
    usageLog: () => {
      if (broken) throw new Error('disk full');
    },
    engine: () => undefined,
  });
  const ask = async (path: string) => {
    const answer = await server.inject(path);
    return [answer.statusCode, answer.json<unknown>()];
  };
  expect(await ask('/health/live')).toEqual([200, { status: 'live' }]);
  expect(await ask('/health/ready')).toEqual([200, { status: 'ready', checks: { database: 'ready', usageLog: 'ready', engine: 'ready' } }]);
  broken = true;
  expect(await ask('/health/live')).toEqual([200, { status: 'live' }]);
  expect(await ask('/health/ready')).toEqual([503, { status: 'not ready', checks: { database: 'not ready', usageLog: 'not ready', engine: 'ready' } }]);
  await server.close();
});
