import type { Identity } from '@steelyard/domain-identity';
import { authorize } from '@steelyard/domain-identity';
import { wasCharged, type RunPrediction } from '@steelyard/domain-inference';
import { credentialsOf, toHttpError, type EventStreamOptions } from '@steelyard/platform-http';
import type { Logger, TraceSpan, Tracing } from '@steelyard/platform-observability';
import { toJsonValue } from '@steelyard/wire';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { nativeErrors } from './errors.js';
import { readOptions, wantsStream } from './read-options.js';
import { streamPrediction } from './stream-prediction.js';
import { writeFacts } from './write-facts.js';

export interface NativeDoorOptions {
  readonly identity: Pick<Identity, 'identify'>;
  readonly runPrediction: Pick<RunPrediction, 'run' | 'stream'>;
  readonly logger: Logger;
  readonly tracing: Tracing;
  readonly bodyLimitBytes: number;
  readonly events?: EventStreamOptions | undefined;
}

interface PredictRoute {
  Params: { owner: string; model: string };
}

/** Adds `POST /v1/predict/:owner/:model` to a Fastify server. */
export async function registerNativeDoor(server: FastifyInstance, options: NativeDoorOptions): Promise<void> {
  await server.register(async (door) => {
    door.removeAllContentTypeParsers();
    door.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit: options.bodyLimitBytes }, parseJson);
    door.setErrorHandler((error, request, reply) => sendError(error, request, reply, options));
    door.post<PredictRoute>('/v1/predict/:owner/:model', { bodyLimit: options.bodyLimitBytes }, (request, reply) => predict(request, reply, options));
  });
}

async function predict(request: FastifyRequest<PredictRoute>, reply: FastifyReply, options: NativeDoorOptions): Promise<unknown> {
  const span = options.tracing.begin('POST /v1/predict/{owner}/{model}', request.headers.traceparent);
  if (span) follow(span, reply);
  const { caller: known } = await options.identity.identify({ ...credentialsOf(request.headers), cookie: undefined });
  const caller = authorize(known, 'predict');
  const { owner, model } = request.params;
  const gone = new AbortController();
  reply.raw.once('close', () => reply.raw.writableFinished || gone.abort());
  const command = { ref: `${owner}/${model}`, input: request.body, caller, options: readOptions(request.headers), signal: gone.signal, span };
  if (wantsStream(request.headers)) {
    await streamPrediction(reply, command, options);
    return reply;
  }
  const result = await options.runPrediction.run(command);
  writeFacts(reply, result);
  return reply.send(toJsonValue(result.output));
}

/** Says in which trace the call is, and ends the span with the answer. */
function follow(span: TraceSpan, reply: FastifyReply): void {
  reply.header('traceparent', span.traceparent);
  reply.raw.once('close', () => {
    const { statusCode } = reply.raw;
    span.set({ 'http.request.method': 'POST', 'http.response.status_code': statusCode });
    if (statusCode >= 500) span.fail(new Error(`${statusCode}`));
    span.end();
  });
}

function parseJson(_request: FastifyRequest, body: string | Buffer, done: (error: Error | null, value?: unknown) => void): void {
  try {
    done(null, JSON.parse(body as string));
  } catch (error) {
    done(nativeErrors.BODY_MALFORMED({ reason: (error as Error).message }));
  }
}

function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply, options: NativeDoorOptions): void {
  const { status, headers, body } = toHttpError(error, request.id, { log: options.logger, charged: wasCharged(error) });
  void reply.status(status).headers(headers).send(body);
}
