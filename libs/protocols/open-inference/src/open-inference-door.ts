import type { ResolvedVersion } from '@steelyard/domain-catalog';
import type { Caller } from '@steelyard/kernel';
import { httpErrors, sendJson, type BareRequest, type BareRoute } from '@steelyard/platform-http';
import { callerOf, enterBy } from '@steelyard/protocol-door';
import { CallStatistics } from './call-statistics.js';
import { statisticsKey, type Desk, type OpenInferenceOptions } from './desk.js';
import { configureModel, describeModel } from './describe-model.js';
import { infer } from './infer.js';
import { readModelPath, type ModelPath } from './model-path.js';
import { listRepository } from './repository.js';
import { refuse } from './refuse.js';

const PREFIX = '/v2';
/** Whoever asks for health, often a load balancer, is neither looked up nor counted. */
const NOBODY = Promise.resolve({});
const EXTENSIONS = ['binary_tensor_data', 'model_configuration', 'statistics'];

/** The Open Inference Protocol v2 over REST: `/v2` and everything below it. */
export function createOpenInferenceDoor(options: OpenInferenceOptions): BareRoute {
  const enter = enterBy(options.identity);
  const desk: Desk = { ...options, statistics: new CallStatistics() };
  return {
    prefix: PREFIX,
    answers: [...Object.keys(SERVER), ...modelAnswers()],
    bodyBytesMax: options.bodyBytesMax,
    enter: (request) => (request.path[0] === 'health' ? NOBODY : enter(request)),
    serve: (request) => serve(request, desk).catch((error: unknown) => refuse(error, request, options.logger)),
    refuse: (error, request) => refuse(error, request, options.logger),
  };
}

async function serve(request: BareRequest, desk: Desk): Promise<void> {
  const { path } = request;
  if (path[0] === 'models') return serveModel(request, path.slice(1), desk);
  const ofServer = SERVER[`${path[0] === 'repository' ? 'POST' : 'GET'} ${path.map((part) => `/${part}`).join('')}`];
  if (!ofServer) throw httpErrors.NOT_FOUND({ path: [PREFIX, ...path].join('/') });
  return ofServer(request, desk);
}

const SERVER: Readonly<Record<string, (request: BareRequest, desk: Desk) => Promise<void> | void>> = {
  'GET ': (request, desk) => get(request, () => ({ name: 'steelyard', version: desk.version, extensions: EXTENSIONS })),
  'GET /health/live': (request) => get(request, () => ({ live: true })),
  'GET /health/ready': async (request, desk) => {
    const ready = await desk.isReady();
    return get(request, () => ({ ready }), ready ? 200 : 503);
  },
  'POST /repository/index': listRepository,
};

async function serveModel(request: BareRequest, parts: readonly string[], desk: Desk): Promise<void> {
  const model = readModelPath(parts);
  if (model.action === 'infer') return infer(request, model, desk);
  const answer = DESCRIPTIONS.get(model.action);
  if (!answer) throw httpErrors.NOT_FOUND({ path: `${PREFIX}/models/${parts.join('/')}` });
  const caller = callerOf(request);
  const version = await desk.catalog.resolve(model.ref, caller);
  return get(request, () => answer({ model, version, caller, desk }));
}

interface Described {
  readonly model: ModelPath;
  readonly version: ResolvedVersion;
  readonly caller: Caller | undefined;
  readonly desk: Desk;
}

const DESCRIPTIONS: ReadonlyMap<string, (described: Described) => object> = new Map<string, (described: Described) => object>([
  ['', ({ model, version }) => describeModel(model.name, version)],
  // A version that answers is ready: what is not loaded is loaded by the call.
  ['ready', ({ model }) => ({ name: model.name, ready: true })],
  ['config', ({ model, version }) => configureModel(model.name, version)],
  ['stats', ({ model, version, caller, desk }) => ({
    model_stats: [{ name: model.name, version: version.version, ...desk.statistics.read(statisticsKey(caller, version)) }],
  })],
]);

/** Each with and without a version. */
function modelAnswers(): string[] {
  const actions = ['POST /infer', ...[...DESCRIPTIONS.keys()].map((name) => (name === '' ? 'GET ' : `GET /${name}`))];
  return actions.flatMap((action) => ['', '/versions/{version}'].map((version) => action.replace(' ', ` /models/{model}${version}`)));
}

/** @throws HTTP.METHOD_NOT_ALLOWED */
function get(request: BareRequest, answer: () => object, status = 200): void {
  if (request.method !== 'GET') throw httpErrors.METHOD_NOT_ALLOWED({ method: request.method, allowed: 'GET' });
  sendJson(request, status, JSON.stringify(answer()));
}
