import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** What must work for a call to be taken; each throws or rejects when it does not. */
export type ReadinessChecks = Readonly<Record<string, () => unknown>>;

const TIMEOUT_MS = 2_000;

/**
 * `/health/live`: the process answers; one that does not is to be restarted. `/health/ready`: calls can be taken; a load
 * balancer sends none where it is 503. Nothing is told but which part is not ready.
 */
export function serveHealth(server: FastifyInstance, checks: ReadinessChecks): void {
  server.get('/health/live', () => ({ status: 'live' }));
  server.get('/health/ready', async (_request, reply) => {
    const results = await runChecks(checks);
    const ready = results.every(([, isReady]) => isReady);
    return reply.status(ready ? 200 : 503).send({ status: told(ready), checks: Object.fromEntries(results.map(([name, isReady]) => [name, told(isReady)])) });
  });
}

/** Whether calls can be taken. */
export async function isReady(checks: ReadinessChecks): Promise<boolean> {
  return (await runChecks(checks)).every(([, isReady]) => isReady);
}

const told = (ready: boolean): string => (ready ? 'ready' : 'not ready');

function runChecks(checks: ReadinessChecks): Promise<(readonly [name: string, isReady: boolean])[]> {
  return Promise.all(Object.entries(checks).map(async ([name, check]) => [name, await isFine(check)] as const));
}

async function isFine(check: () => unknown): Promise<boolean> {
  const late = new AbortController();
  const timeout = delay(TIMEOUT_MS, false, { signal: late.signal }).catch(() => false);
  try {
    return await Promise.race([Promise.resolve(check()).then(() => true), timeout]);
  } catch {
    return false;
  } finally {
    late.abort();
  }
}
