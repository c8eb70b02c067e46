import { timingSafeEqual } from 'node:crypto';
import { authorizeOperator, type Identity } from '@steelyard/domain-identity';
import { bearerToken, credentialsOf, toHttpError } from '@steelyard/platform-http';
import type { Logger } from '@steelyard/platform-observability';
import type { FastifyInstance } from 'fastify';

export interface MetricsOptions {
  readonly identity: Pick<Identity, 'identify'>;
  /** What shows the one who collects them, besides the operator's key. */
  readonly token: string | undefined;
  readonly contentType: string;
  readonly read: () => Promise<string>;
  readonly log: Logger;
}

/** `GET /metrics`: its series name models, private ones too, and say how much each is used, so they are for the operator alone. */
export function serveMetrics(server: FastifyInstance, { identity, token, contentType, read, log }: MetricsOptions): void {
  server.get('/metrics', async (request, reply) => {
    try {
      const shown = credentialsOf(request.headers);
      if (!isToken(bearerToken(shown.authorization), token)) authorizeOperator((await identity.identify({ ...shown, cookie: undefined }, reply.raw)).caller);
      return await reply.type(contentType).send(await read());
    } catch (error) {
      const { status, headers, body } = toHttpError(error, request.id, { log });
      return reply.status(status).headers(headers).send(body);
    }
  });
}

function isToken(shown: string | undefined, token: string | undefined): boolean {
  if (shown === undefined || token === undefined) return false;
  const [a, b] = [Buffer.from(shown), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
