import { giveAnswer } from '@steelyard/domain-inference';
import { httpErrors, sendAnswer, sendJson, type BareRequest, type HeaderFields } from '@steelyard/platform-http';
import { headersOf, openCall, readJson, refuseCompressed } from '@steelyard/protocol-door';
import { statisticsKey, type Desk } from './desk.js';
import { openInferenceErrors } from './errors.js';
import { writeAnswer, type InferAnswer } from './infer-answer.js';
import { invalid, readInferRequest, type InferRequest } from './infer-request.js';
import type { ModelPath } from './model-path.js';
import { tensorsOf, type ModelTensor } from './model-tensors.js';
import { readInput } from './read-input.js';

const JSON_LENGTH_HEADER = 'inference-header-content-length';

/** `POST .../infer` */
export async function infer(request: BareRequest, { name, ref }: ModelPath, desk: Desk): Promise<void> {
  if (request.method !== 'POST') throw httpErrors.METHOD_NOT_ALLOWED({ method: request.method, allowed: 'POST' });
  const startedTickMs = performance.now();
  const call = openCall(request, 'POST /v2/models/{model}/infer', desk);
  const version = await desk.catalog.resolve(ref, call.caller);
  const asked = readRequest(request);
  const known = tensorsOf(version.manifest.output);
  checkOutputs(version.label, known, asked);
  const input = readInput(version.label, tensorsOf(version.manifest.input), asked.inputs);
  const options = { ...call.options, deadlineMs: call.options.deadlineMs ?? asked.timeoutMs };
  const key = statisticsKey(call.caller, version);
  try {
    const result = await desk.runPrediction.run({ ...call, ref, input, options });
    desk.statistics.succeeded(key, result.timings);
    await giveAnswer(result, () => {
      const answer = writeAnswer(result.answer.value as Record<string, unknown>, { model: name, version: result.version.version, request: asked, known });
      send(request, answer, { ...headersOf(result), traceparent: call.span?.traceparent });
    });
  } catch (error) {
    desk.statistics.failed(key, performance.now() - startedTickMs);
    throw error;
  }
}

function send(request: BareRequest, answer: InferAnswer, fields: HeaderFields): void {
  if (answer.binary.length === 0) return sendJson(request, 200, answer.json, fields);
  const json = Buffer.from(answer.json);
  sendAnswer(request, { status: 200, type: 'application/octet-stream', body: [json, ...answer.binary], fields: { ...fields, [JSON_LENGTH_HEADER]: String(json.length) } });
}

/** @throws HTTP.HEADER_INVALID, HTTP.BODY_MALFORMED, HTTP.MEDIA_TYPE_UNSUPPORTED, OPEN_INFERENCE.REQUEST_INVALID */
function readRequest({ headers, body }: BareRequest): InferRequest {
  const jsonLength = headers[JSON_LENGTH_HEADER];
  if (jsonLength === undefined) {
    // Triton's clients leave the type out.
    return readInferRequest(readJson({ headers: { 'content-type': 'application/json', ...headers }, body }), Buffer.alloc(0));
  }
  refuseCompressed(headers);
  const length = typeof jsonLength === 'string' && /^\d{1,15}$/.test(jsonLength) ? Number(jsonLength) : NaN;
  if (!(length <= body.length)) {
    throw httpErrors.HEADER_INVALID({ header: 'Inference-Header-Content-Length', value: String(jsonLength), expected: `the length of the body's JSON, and the body is ${body.length} bytes` });
  }
  const json = readJson({ headers: { 'content-type': 'application/json' }, body: body.subarray(0, length) });
  return readInferRequest(json, body.subarray(length));
}

/** @throws OPEN_INFERENCE.TENSOR_UNKNOWN, OPEN_INFERENCE.REQUEST_INVALID */
function checkOutputs(model: string, known: readonly ModelTensor[], { outputs = [] }: InferRequest): void {
  const names = new Set<string>();
  for (const { name } of outputs) {
    if (!known.some((tensor) => tensor.name === name)) throw openInferenceErrors.TENSOR_UNKNOWN({ model, what: 'output', name, known: known.map((tensor) => tensor.name) });
    if (names.has(name)) throw invalid('outputs', `names ${JSON.stringify(name)} twice`);
    names.add(name);
  }
}
