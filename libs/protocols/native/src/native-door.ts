import type { Identity } from '@steelyard/domain-identity';
import { authorize } from '@steelyard/domain-identity';
import { wasCharged, type RunPrediction } from '@steelyard/domain-inference';
import { credentialsOf, followAnswer, goneSignal, httpErrors, sendJson, toHttpError, type BareRequest, type BareRoute, type EventStreamOptions } from '@steelyard/platform-http';
import type { Logger, Tracing } from '@steelyard/platform-observability';
import { parseJson, toJsonValue } from '@steelyard/wire';
import { nativeErrors } from './errors.js';
import { readOptions, wantsStream } from './read-options.js';
import { streamPrediction } from './stream-prediction.js';
import { headersOf } from './prediction-facts.js';

export interface NativeDoorOptions {
  readonly identity: Pick<Identity, 'identify'>;
  readonly runPrediction: Pick<RunPrediction, 'run' | 'stream'>;
  readonly logger: Logger;
  readonly tracing: Tracing;
  readonly bodyBytesMax: number;
  readonly events?: EventStreamOptions | undefined;
}

const JSON_TYPE = /^application\/json *(;|$)/i;

/** `POST /v1/predict/{owner}/{model}`. */
export function createNativeDoor(options: NativeDoorOptions): BareRoute {
  return {
    method: 'POST',
    prefix: '/v1/predict/',
    parts: 2,
    bodyBytesMax: options.bodyBytesMax,
    serve: (request) => predict(request, options).catch((error: unknown) => sendError(error, request, options)),
    refuse: (error, request) => sendError(error, request, options),
  };
}

async function predict(request: BareRequest, options: NativeDoorOptions): Promise<void> {
  const { headers, response } = request;
  const span = options.tracing.begin('POST /v1/predict/{owner}/{model}', headers.traceparent);
  if (span) followAnswer(span, 'POST', response);
  const { caller: known } = await options.identity.identify({ ...credentialsOf(headers), cookie: undefined });
  const caller = authorize(known, 'predict');
  const [owner, model] = request.path;
  const command = { ref: `${owner}/${model}`, input: readInput(request), caller, options: readOptions(headers), signal: goneSignal(response), span };
  if (wantsStream(headers)) return streamPrediction(request, command, options);
  const result = await options.runPrediction.run(command);
  sendJson(request, 200, JSON.stringify(toJsonValue(result.output)), { ...headersOf(result), traceparent: span?.traceparent });
}

/** @throws NATIVE.BODY_MALFORMED, HTTP.MEDIA_TYPE_UNSUPPORTED */
function readInput({ headers, body }: BareRequest): unknown {
  const type = headers['content-type'];
  if (type === undefined || !JSON_TYPE.test(type)) throw httpErrors.MEDIA_TYPE_UNSUPPORTED({ type: type ?? null, expected: 'application/json' });
  try {
    return parseJson(body);
  } catch (error) {
    throw nativeErrors.BODY_MALFORMED({ reason: (error as Error).message });
  }
}

function sendError(error: unknown, request: Pick<BareRequest, 'id' | 'response'>, options: NativeDoorOptions): void {
  const { status, headers, body } = toHttpError(error, request.id, { log: options.logger, charged: wasCharged(error) });
  if (!request.response.headersSent) sendJson(request, status, JSON.stringify(body), headers);
}
