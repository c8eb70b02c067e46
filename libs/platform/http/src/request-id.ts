import type { IncomingMessage } from 'node:http';
import { newId } from '@steelyard/kernel';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';

export const REQUEST_ID_HEADER = 'x-request-id';

const SANE = /^[0-9A-Za-z._:-]{8,128}$/;

/** The caller's `x-request-id` where it is short and plain enough to stand in logs and headers, else a new one. */
export function requestIdOf(headers: Readonly<Record<string, string | string[] | undefined>>): string {
  const given = headers[REQUEST_ID_HEADER];
  return typeof given === 'string' && SANE.test(given) ? given : newId();
}

/** Options for the Fastify instance, so that `request.id` is the request id. */
export const requestIdOptions = {
  genReqId: (request: IncomingMessage) => requestIdOf(request.headers),
} satisfies FastifyServerOptions;

/** Sends the request id with every answer, errors included. */
export function sendRequestIds(fastify: Pick<FastifyInstance, 'addHook'>): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header(REQUEST_ID_HEADER, request.id);
    done();
  });
}
