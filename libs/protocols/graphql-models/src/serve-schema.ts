import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Identity } from '@steelyard/domain-identity';
import { requireCaller } from '@steelyard/domain-identity';
import type { Introspection } from '@steelyard/platform-graphql';
import { credentialsOf, toHttpError } from '@steelyard/platform-http';
import type { Logger } from '@steelyard/platform-observability';
import { modelsErrors } from './errors.js';
import { MODELS_PATH, type ModelsDoor } from './models-door.js';
import { readSelection } from './read-request.js';
import { printModels } from './schema/print-schema.js';

export interface SchemaOptions {
  readonly door: ModelsDoor;
  readonly identity: Pick<Identity, 'identify'>;
  readonly introspection?: Introspection | undefined;
  readonly logger: Logger;
}

const OTHER_METHODS = ['PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** `GET /graphql/models` and `GET /graphql/models.graphql`: the schema as text, for tools. Other methods are told what there is. */
export function serveSchema(server: FastifyInstance, options: SchemaOptions): void {
  const refuse = async (request: FastifyRequest, reply: FastifyReply) => {
    const { body } = toHttpError(modelsErrors.METHOD_REFUSED({ method: request.method }), request.id);
    return reply.code(405).header('allow', 'GET, POST').send({ errors: [{ message: body.error.message, extensions: body.error }] });
  };
  const read = async (request: FastifyRequest, reply: FastifyReply) => {
    if (Object.hasOwn(request.query as object, 'query')) return refuse(request, reply);
    try {
      const { caller } = await options.identity.identify({ ...credentialsOf(request.headers), cookie: undefined });
      if (options.introspection === 'keys') requireCaller(caller);
      const models = await options.door.store.list(readSelection(request.url), caller);
      return await reply.type('text/plain; charset=utf-8').header('cache-control', 'private, no-cache').send(printModels(models));
    } catch (error) {
      const { status, headers, body } = toHttpError(error, request.id, { log: options.logger });
      return reply.code(status).headers(headers).send(body);
    }
  };
  server.get(MODELS_PATH, read);
  server.get(`${MODELS_PATH}.graphql`, read);
  server.route({
    method: OTHER_METHODS,
    url: MODELS_PATH,
    handler: refuse,
  });
}
