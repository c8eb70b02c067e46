import { GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Catalog } from '@steelyard/domain-catalog';
import { authorize, requireCaller } from '@steelyard/domain-identity';
import { AppError } from '@steelyard/kernel';
import { checkIntrospection, createErrorFormatter, DEFAULT_LIMITS, type ErrorFormatter, type Introspection, type OperationLimits } from '@steelyard/platform-graphql';
import { followAnswer, goneSignal, httpErrors, HTTP_STATUS, sendAnswer, toFailure, toHttpError, type BareRequest, type BareRoute } from '@steelyard/platform-http';
import { callerOf, enterBy, type DoorOptions } from '@steelyard/protocol-door';
import { Calls, type CallServices } from './operation/calls.js';
import { FittingVersions } from './operation/fitting-versions.js';
import { Operations, type Prepared } from './operation/operations.js';
import { runOperation } from './operation/run-operation.js';
import { answerType, checkContentType, readRequest, readSelection, type GraphqlRequest } from './read-request.js';
import { ModelTypesStore } from './schema/model-types-store.js';
import { printModels } from './schema/print-schema.js';

/** Introspection of a large catalog takes some ten million. */
const ANSWER_CHARS_KEPT = 64 * 1024 * 1024;

export const MODELS_PATH = '/graphql/models';

export interface ModelsDoorOptions extends DoorOptions {
  readonly catalog: Pick<Catalog, 'resolve' | 'stableVersions' | 'manifestsOf'>;
  /** Who may read the schema. Default `everyone`. */
  readonly introspection?: Introspection | undefined;
  readonly limits?: Partial<OperationLimits> | undefined;
}

/** GraphQL with a typed field for every model that the caller may use, at `POST /graphql/models`; a `GET` gives its schema as text. */
export function createModelsDoor(options: ModelsDoorOptions): BareRoute {
  const door = new Door(options, new ModelTypesStore(options.catalog));
  return {
    prefix: MODELS_PATH,
    bodyBytesMax: options.bodyBytesMax,
    enter: enterBy(options.identity),
    serve: (request) => door.serve(request).catch((error: unknown) => door.refuse(error, request)),
    refuse: (error, request) => door.refuse(error, request),
  };
}

class Door {
  readonly #operations: Operations;
  readonly #services: CallServices;
  readonly #format: ErrorFormatter;
  readonly #answers = new LRUCache<string, string>({ maxSize: ANSWER_CHARS_KEPT, sizeCalculation: (text, key) => text.length + key.length });

  constructor(
    private readonly options: ModelsDoorOptions,
    private readonly store: ModelTypesStore,
  ) {
    const { catalog, runPrediction, logger } = options;
    this.#operations = new Operations(store, { ...DEFAULT_LIMITS, ...options.limits });
    this.#services = { runPrediction, catalog, versions: new FittingVersions(catalog) };
    this.#format = createErrorFormatter({ errors: { toFailure, statuses: HTTP_STATUS }, log: logger });
  }

  async serve(request: BareRequest): Promise<void> {
    const { method, path } = request;
    if (path.length > 0) throw httpErrors.NOT_FOUND({ path: [MODELS_PATH, ...path].join('/') });
    // Calls have effects: a GET with a query is none.
    if (method === 'GET' && !/[?&]query=/.test(request.response.req.url!)) return this.#sendSchema(request);
    if (method !== 'POST') throw httpErrors.METHOD_NOT_ALLOWED({ method, allowed: 'GET, POST' });
    return this.#answer(request);
  }

  /** The schema as text, for tools. */
  async #sendSchema(request: BareRequest): Promise<void> {
    const caller = callerOf(request);
    if (this.options.introspection === 'keys') requireCaller(caller);
    const models = await this.store.list(readSelection(request.response.req.url!), caller);
    sendAnswer(request, { status: 200, type: 'text/plain; charset=utf-8', body: printModels(models), fields: { 'cache-control': 'private, no-cache' } });
  }

  async #answer(request: BareRequest): Promise<void> {
    const { headers, response } = request;
    const span = this.options.tracing.begin(`POST ${MODELS_PATH}`, headers.traceparent);
    if (span) followAnswer(span, request.method, response);
    checkContentType(headers['content-type']);
    const known = callerOf(request);
    const asked = readRequest(request.body);
    const read = this.#operations.read(asked.query);
    const caller = read.isMutation ? authorize(known, 'predict') : known;
    if (this.options.introspection === 'keys') checkIntrospection(read.document, { caller });
    const prepared = await this.#operations.prepare(read, caller, readSelection(response.req.url!));
    if (prepared.errors.length > 0) return this.#send(request, prepared.errors);
    if (prepared.whole) return this.#answerQuery(request, asked, prepared);
    const calls = new Calls(this.#services, { caller: caller!, signal: goneSignal(response), span });
    const { data, errors } = await runOperation(prepared, calls, asked);
    if (errors) return this.#send(request, errors, data);
    sendAnswer(request, { status: 200, type: answerType(request), body: JSON.stringify({ data }), fields: { traceparent: span?.traceparent } });
  }

  /** A query asks for the schema alone: its answer is the same until a model has another version. */
  async #answerQuery(request: BareRequest, asked: GraphqlRequest, prepared: Prepared): Promise<void> {
    const key = JSON.stringify([prepared.whole!.serial, asked.query, asked.operationName, asked.variables]);
    let text = this.#answers.get(key);
    if (text === undefined) {
      const { data, errors } = await runOperation(prepared, undefined, asked);
      if (errors) return this.#send(request, errors, data);
      this.#answers.set(key, (text = JSON.stringify({ data })));
    }
    sendAnswer(request, { status: 200, type: answerType(request), body: text });
  }

  /** Answers what could not be run, whatever was thrown. */
  refuse(thrown: unknown, request: Pick<BareRequest, 'id' | 'response'>): void {
    if (request.response.headersSent) return;
    const error = thrown instanceof GraphQLError ? thrown : new GraphQLError('', { originalError: asError(thrown) });
    const { headers } = thrown instanceof AppError ? toHttpError(thrown, request.id) : { headers: {} };
    this.#send({ ...request, headers: request.response.req.headers }, [error], undefined, headers);
  }

  #send(request: Pick<BareRequest, 'id' | 'response' | 'headers'>, errors: readonly GraphQLError[], data?: Record<string, unknown> | null, headers = {}): void {
    const { statusCode, response } = this.#format({ errors, ...(data !== undefined && { data }) }, request.id);
    sendAnswer(request, { status: statusCode, type: answerType(request), body: JSON.stringify(response), fields: headers });
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
