import type { BareRoutes } from '@steelyard/platform-http';
import type { Logger } from '@steelyard/platform-observability';
import type { FastifyInstance } from 'fastify';

/** The line of the log, at level `debug`, that names all that the server answers, as `METHOD /path`. */
const LINE = 'the server answers these routes';

/** To be called before the first route is made. A `HEAD` that comes by itself with its `GET` is not named. */
export function logRoutes(server: FastifyInstance, bare: BareRoutes, log: Logger): void {
  const seen = new Set<string>();
  server.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) seen.add(`${one} ${url}`);
  });
  server.addHook('onReady', async () => {
    const own = [...seen].filter((route) => !(route.startsWith('HEAD ') && seen.has(route.replace('HEAD', 'GET'))));
    log.debug({ routes: [...own, ...bare.list()].sort() }, LINE);
  });
}
