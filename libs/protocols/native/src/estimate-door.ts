import type { Estimate, EstimateCall } from '@steelyard/domain-inference';
import { httpErrors, sendJson, toHttpError, type BareRequest, type BareRoute } from '@steelyard/platform-http';
import { enterBy, openCall, readJsonOrCbor, type DoorOptions } from '@steelyard/protocol-door';

const PREFIX = '/v1/estimate';

export interface EstimateDoorOptions extends Omit<DoorOptions, 'runPrediction' | 'events'> {
  readonly estimateCall: Pick<EstimateCall, 'estimate'>;
}

/** `POST /v1/estimate/{owner}/{model}`: what the same call of `/v1/predict` would cost. */
export function createEstimateDoor(options: EstimateDoorOptions): BareRoute {
  const refuse = (error: unknown, request: Pick<BareRequest, 'id' | 'response'>): void => {
    const { status, headers, body } = toHttpError(error, request.id, { log: options.logger });
    if (!request.response.headersSent) sendJson(request, status, JSON.stringify(body), headers);
  };
  return {
    prefix: PREFIX,
    bodyBytesMax: options.bodyBytesMax,
    enter: enterBy(options.identity),
    serve: (request) => estimate(request, options).catch((error: unknown) => refuse(error, request)),
    refuse,
  };
}

async function estimate(request: BareRequest, options: EstimateDoorOptions): Promise<void> {
  const [owner, name, ...rest] = request.path;
  if (!name || rest.length > 0) throw httpErrors.NOT_FOUND({ path: [PREFIX, ...request.path].join('/') });
  if (request.method !== 'POST') throw httpErrors.METHOD_NOT_ALLOWED({ method: request.method, allowed: 'POST' });
  const call = openCall(request, 'POST /v1/estimate/{owner}/{model}', options);
  const answer = await options.estimateCall.estimate({ ...call, ref: `${owner}/${name}`, ...readJsonOrCbor(request) });
  sendJson(request, 200, JSON.stringify(toBody(answer), bigintAsText), { traceparent: call.span?.traceparent });
}

function toBody({ version, refusal, ...amounts }: Estimate): object {
  return { model: version.label, ...amounts, allowed: refusal === undefined, refusal };
}

const bigintAsText = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);
