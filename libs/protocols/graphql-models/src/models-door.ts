import { GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Catalog } from '@steelyard/domain-catalog';
import { authorize, type Identity } from '@steelyard/domain-identity';
import type { RunPrediction } from '@steelyard/domain-inference';
import { AppError } from '@steelyard/kernel';
import { checkIntrospection, createErrorFormatter, DEFAULT_LIMITS, type ErrorFormatter, type Introspection, type OperationLimits } from '@steelyard/platform-graphql';
import { credentialsOf, followAnswer, goneSignal, HTTP_STATUS, sendJson, toFailure, toHttpError, type BareRequest, type BareRoute } from '@steelyard/platform-http';
import type { Logger, Tracing } from '@steelyard/platform-observability';
import { Calls, type CallServices } from './operation/calls.js';
import { FittingVersions } from './operation/fitting-versions.js';
import { Operations, type Prepared } from './operation/operations.js';
import { runOperation } from './operation/run-operation.js';
import { answerType, checkContentType, readRequest, readSelection, type GraphqlRequest } from './read-request.js';
import { ModelTypesStore } from './schema/model-types-store.js';

/** Introspection of a large catalog takes some ten million. */
const ANSWER_CHARS_KEPT = 64 * 1024 * 1024;

export const MODELS_PATH = '/graphql/models';

export interface ModelsDoorOptions {
  readonly identity: Pick<Identity, 'identify'>;
  readonly catalog: Pick<Catalog, 'resolve' | 'stableVersions' | 'manifestsOf'>;
  readonly runPrediction: Pick<RunPrediction, 'run'>;
  readonly logger: Logger;
  readonly tracing: Tracing;
  readonly bodyBytesMax: number;
  /** Who may read the schema. Default `everyone`. */
  readonly introspection?: Introspection | undefined;
  readonly limits?: Partial<OperationLimits> | undefined;
}

export interface ModelsDoor {
  /** `POST /graphql/models` */
  readonly route: BareRoute;
  /** What the schema is read from, for {@link serveSchema}. */
  readonly store: ModelTypesStore;
}

/** GraphQL with a typed field for every model that the caller may use. */
export function createModelsDoor(options: ModelsDoorOptions): ModelsDoor {
  const store = new ModelTypesStore(options.catalog);
  const door = new Door(options, store);
  const route: BareRoute = {
    method: 'POST',
    prefix: `${MODELS_PATH}/`,
    parts: 0,
    bodyBytesMax: options.bodyBytesMax,
    serve: (request) => door.answer(request).catch((error: unknown) => door.refuse(error, request)),
    refuse: (error, request) => door.refuse(error, request),
  };
  return { route, store };
}

class Door {
  readonly #operations: Operations;
  readonly #services: CallServices;
  readonly #format: ErrorFormatter;
  readonly #answers = new LRUCache<string, string>({ maxSize: ANSWER_CHARS_KEPT, sizeCalculation: (text, key) => text.length + key.length });

  constructor(
    private readonly options: ModelsDoorOptions,
    store: ModelTypesStore,
  ) {
    const { catalog, runPrediction, logger } = options;
    this.#operations = new Operations(store, { ...DEFAULT_LIMITS, ...options.limits });
    this.#services = { runPrediction, catalog, versions: new FittingVersions(catalog) };
    this.#format = createErrorFormatter({ errors: { toFailure, statuses: HTTP_STATUS }, log: logger });
  }

  async answer(request: BareRequest): Promise<void> {
    const { headers, response } = request;
    const span = this.options.tracing.begin(`POST ${MODELS_PATH}`, headers.traceparent);
    if (span) followAnswer(span, 'POST', response);
    checkContentType(headers['content-type']);
    const { caller: known } = await this.options.identity.identify({ ...credentialsOf(headers), cookie: undefined });
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
    sendJson(request, 200, JSON.stringify({ data }), { 'content-type': answerType(request), traceparent: span?.traceparent });
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
    sendJson(request, 200, text, { 'content-type': answerType(request) });
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
    sendJson(request, statusCode, JSON.stringify(response), { ...headers, 'content-type': answerType(request) });
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

