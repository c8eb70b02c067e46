import { giveAnswer, wasCharged, type PredictResult } from '@steelyard/domain-inference';
import { httpErrors, sendAnswer, sendJson, toHttpError, type BareRequest, type BareRoute } from '@steelyard/platform-http';
import { enterBy, flag, headersOf, openCall, readJsonOrCbor, type DoorOptions } from '@steelyard/protocol-door';
import { toJsonValue } from '@steelyard/wire';
import { streamPrediction } from './stream-prediction.js';

const PREFIX = '/v1/predict';

/** `POST /v1/predict/{owner}/{model}`. */
export function createNativeDoor(options: DoorOptions): BareRoute {
  return {
    prefix: PREFIX,
    answers: ['POST /{owner}/{model}'],
    bodyBytesMax: options.bodyBytesMax,
    enter: enterBy(options.identity),
    serve: (request) => predict(request, options).catch((error: unknown) => sendError(error, request, options)),
    refuse: (error, request) => sendError(error, request, options),
  };
}

async function predict(request: BareRequest, options: DoorOptions): Promise<void> {
  const { headers, path } = request;
  if (path.length !== 2) throw httpErrors.NOT_FOUND({ path: [PREFIX, ...path].join('/') });
  if (request.method !== 'POST') throw httpErrors.METHOD_NOT_ALLOWED({ method: request.method, allowed: 'POST' });
  const call = openCall(request, 'POST /v1/predict/{owner}/{model}', options);
  const command = { ...call, ref: `${path[0]}/${path[1]}`, ...readJsonOrCbor(request) };
  const wantsStream = flag(headers, 'steelyard-stream') ?? headers.accept?.includes('text/event-stream') ?? false;
  if (wantsStream) return streamPrediction(request, command, options);
  const result = await options.runPrediction.run(command);
  await giveAnswer(result, () => sendResult(request, result, command.span?.traceparent));
}

function sendResult(request: BareRequest, result: PredictResult, traceparent: string | undefined): void {
  const fields = { ...headersOf(result), traceparent };
  if (request.headers.accept?.includes('application/cbor')) sendAnswer(request, { status: 200, type: 'application/cbor', body: result.answer.cbor, fields });
  else sendJson(request, 200, JSON.stringify(toJsonValue(result.answer.value)), fields);
}

function sendError(error: unknown, request: Pick<BareRequest, 'id' | 'response'>, options: DoorOptions): void {
  const { status, headers, body } = toHttpError(error, request.id, { log: options.logger, charged: wasCharged(error) });
  if (!request.response.headersSent) sendJson(request, status, JSON.stringify(body), headers);
}
