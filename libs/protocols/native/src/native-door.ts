import type { Identity } from '@steelyard/domain-identity';
import { authorize } from '@steelyard/domain-identity';
import type { PredictResult, RunPrediction } from '@steelyard/domain-inference';
import { credentialsOf, toHttpError } from '@steelyard/platform-http';
import type { Logger } from '@steelyard/platform-observability';
import { toJsonValue } from '@steelyard/wire';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { nativeErrors } from './errors.js';
import { readOptions } from './read-options.js';

export interface NativeDoorOptions {
  readonly identity: Identity;
  readonly runPrediction: RunPrediction;
  readonly logger: Logger;
  readonly bodyLimitBytes: number;
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
  const { caller: known } = await options.identity.identify({ ...credentialsOf(request.headers), cookie: undefined });
  const caller = authorize(known, 'predict');
  const { owner, model } = request.params;
  const gone = new AbortController();
  reply.raw.once('close', () => reply.raw.writableFinished || gone.abort());
  const result = await options.runPrediction.run({
    ref: `${owner}/${model}`,
    input: request.body,
    caller,
    options: readOptions(request.headers),
    signal: gone.signal,
  });
  writeFacts(reply, result);
  return reply.send(toJsonValue(result.output));
}

function writeFacts(reply: FastifyReply, result: PredictResult): void {
  const { timings } = result;
  reply.headers({
    'steelyard-prediction-id': result.predictionId,
    'steelyard-model': result.version.label,
    'steelyard-cost-nano': result.amountNano.toString(),
    'steelyard-currency': result.currency,
    'server-timing': `queue;dur=${timings.queueMs.toFixed(2)}, compute;dur=${timings.computeMs.toFixed(2)}, total;dur=${timings.totalMs.toFixed(2)}`,
  });
  writeDeprecation(reply, result.version);
  if (result.replayed) reply.header('steelyard-replayed', 'true');
}

/** `Deprecation` as in RFC 9745, `Sunset` as in RFC 8594, and where to go from here. */
function writeDeprecation(reply: FastifyReply, { deprecation, owner, name }: PredictResult['version']): void {
  if (!deprecation) return;
  const { since, sunsetAt, successor } = deprecation;
  reply.headers({ deprecation: `@${Math.floor(since.getTime() / 1_000)}`, sunset: sunsetAt.toUTCString() });
  if (successor !== undefined) reply.header('link', `</models/${owner}/${name}?version=${encodeURIComponent(successor)}>; rel="successor-version"`);
}

function parseJson(_request: FastifyRequest, body: string | Buffer, done: (error: Error | null, value?: unknown) => void): void {
  try {
    done(null, JSON.parse(body as string));
  } catch (error) {
    done(nativeErrors.BODY_MALFORMED({ reason: (error as Error).message }));
  }
}

function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply, options: NativeDoorOptions): void {
  const { status, headers, body } = toHttpError(error, request.id, { log: options.logger });
  void reply.status(status).headers(headers).send(body);
}
