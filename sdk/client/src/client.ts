import type { ReceiptKeySet } from '@steelyard/receipt';
import type { ClientPlugin, RunDetails } from './call.js';
import { type Connection, connectionError, type FetchLike, sendRequest } from './connection.js';
import { createError } from './create-error.js';
import { type Estimate, estimateCall, type EstimateOptions } from './lookups/estimate-call.js';
import { type GraphqlOptions, sendGraphql } from './graphql.js';
import type { AnyModels, InputOf, ModelMap, OutputOf, PartOf, RefOf } from './models.js';
import { retry } from './plugins/retry.js';
import { getPrediction, type Prediction } from './lookups/predictions.js';
import { getReceipt, getReceiptKeys, type SignedReceipt } from './receipts/get-receipt.js';
import { type BatchItem, runBatch } from './run-batch.js';
import { type CallSettings, runCall, type RunOptions } from './run-call.js';
import type { PredictionStream, StreamOptions } from './streaming/prediction-stream.js';
import { stream } from './streaming/stream.js';

export interface ClientOptions {
  /** An API key of your organization, or the token of a terminal's session. Keep it out of pages that others can open. */
  readonly apiKey?: string | undefined;
  /** With a session: the handle of the organization to act for. A key has one of its own. */
  readonly organization?: string | undefined;
  /** Default `http://127.0.0.1:4700`. A path is kept: the API may be mounted below one. */
  readonly baseUrl?: string | undefined;
  /**
   * Around every call, the first outermost. `retry()` is put before them unless one of them is named `retry`; it is turned
   * off by `retry({ attempts: 1 })`.
   */
  readonly plugins?: readonly ClientPlugin[] | undefined;
  readonly fetch?: FetchLike | undefined;
  /** How long a call may take in all, retries included. Default 60,000. */
  readonly deadlineMs?: number | undefined;
}

export interface BatchOptions extends Omit<RunOptions, 'idempotencyKey'> {
  /** Calls in flight at once. Default 8. */
  readonly concurrency?: number | undefined;
  /** Names the batch, so that one that was broken off can be sent again: input `n` is called with the key `<this>-<n>`. */
  readonly idempotencyKey?: string | undefined;
}

/** Calls models. `Models` is written by `steelyard generate`; without it any reference and any object is accepted. */
export interface Client<Models extends ModelMap<Models> = AnyModels> {
  readonly baseUrl: string;
  /**
   * Runs a model and gives its output.
   * @throws SteelyardError, always, and it says whether the call was charged
   */
  run<R extends RefOf<Models>>(ref: R, input: InputOf<Models, R>, options?: RunOptions): Promise<OutputOf<Models, R>>;
  /** As `run`, with what the platform said of the prediction: its id, the version that ran, its cost. */
  runWithDetails<R extends RefOf<Models>>(ref: R, input: InputOf<Models, R>, options?: RunOptions): Promise<RunDetails<OutputOf<Models, R>>>;
  /**
   * Runs a model and gives parts of its answer while it works; a model that does not stream gives none, only the `result`.
   * Failures are thrown into the loop and say whether the call was charged. One that fails before its first part is tried
   * again like any call; later ones are not.
   */
  stream<R extends RefOf<Models>>(ref: R, input: InputOf<Models, R>, options?: StreamOptions): PredictionStream<PartOf<Models, R>, OutputOf<Models, R>>;
  /** Runs many inputs of one model, some at once; gives each answer when it is there, failures as items. */
  batch<R extends RefOf<Models>>(
    ref: R,
    inputs: Iterable<InputOf<Models, R>> | AsyncIterable<InputOf<Models, R>>,
    options?: BatchOptions,
  ): AsyncGenerator<BatchItem<OutputOf<Models, R>>, void, undefined>;
  /** What a call would cost, before it is made: exactly where that is known, else from and to. Nothing runs. */
  estimate<R extends RefOf<Models>>(ref: R, input: InputOf<Models, R>, options?: EstimateOptions): Promise<Estimate>;
  /** The same calls of one model. */
  model<R extends RefOf<Models>>(ref: R): ModelClient<InputOf<Models, R>, OutputOf<Models, R>, PartOf<Models, R>>;
  readonly predictions: {
    /** @throws NotFoundError */
    get(id: string): Promise<Prediction>;
    /**
     * What a prediction was charged for, signed by the platform. Check it with `verifyReceipt` of `@steelyard/client/receipts`.
     * Give it `predictionId` too: that this answer is of the prediction that was asked for is compared here, that the platform signed it is not.
     * @throws NotFoundError `INFERENCE.PREDICTION_NOT_FOUND`, or `INFERENCE.NO_RECEIPT` of a call that failed and was not charged;
     *   InternalError `CLIENT.RECEIPT_DIFFERS` where the answer is of another prediction, or says otherwise than what was signed
     */
    receipt(id: string): Promise<SignedReceipt>;
  };
  /** The platform's public keys, to check receipts with. Have them once and keep them. */
  receiptKeys(): Promise<ReceiptKeySet>;
  /** Sends any operation of the platform's GraphQL API. `T` is the shape of its `data`. */
  graphql<T>(document: string, variables?: Readonly<Record<string, unknown>>, options?: GraphqlOptions): Promise<T>;
  /** Sends a request of your own with the key. @throws ConnectionError; an answer of any status is given back */
  request(path: string, init?: RequestInit): Promise<Response>;
}

/** The calls of one model, without its reference. */
export interface ModelClient<I, O, P> {
  run(input: I, options?: RunOptions): Promise<O>;
  runWithDetails(input: I, options?: RunOptions): Promise<RunDetails<O>>;
  stream(input: I, options?: StreamOptions): PredictionStream<P, O>;
  estimate(input: I, options?: EstimateOptions): Promise<Estimate>;
}

export const DEFAULT_BASE_URL = 'http://127.0.0.1:4700';
export const DEFAULT_DEADLINE_MS = 60_000;
const DEFAULT_CONCURRENCY = 8;

/** @throws InputInvalidError `CLIENT.BASE_URL_INVALID` */
export function createClient<Models extends ModelMap<Models> = AnyModels>(options: ClientOptions = {}): Client<Models> {
  const connection: Connection = {
    baseUrl: readBaseUrl(options.baseUrl ?? DEFAULT_BASE_URL),
    apiKey: options.apiKey,
    organization: options.organization,
    fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
  };
  const given = options.plugins ?? [];
  const settings: CallSettings = {
    connection,
    plugins: given.some((plugin) => plugin.name === 'retry') ? given : [retry(), ...given],
    deadlineMs: options.deadlineMs ?? DEFAULT_DEADLINE_MS,
  };
  const runWithDetails: Client['runWithDetails'] = async (ref, input, runOptions = {}) => {
    const result = await runCall(settings, ref, { input, options: runOptions });
    return { output: result.output as Record<string, unknown>, prediction: result.prediction };
  };
  const client: Client = {
    baseUrl: connection.baseUrl,
    runWithDetails,
    run: async (ref, input, runOptions) => (await runWithDetails(ref, input, runOptions)).output,
    stream: (ref, input, streamOptions = {}) => stream(settings, ref, { input, options: streamOptions }),
    batch: (ref, inputs, { concurrency = DEFAULT_CONCURRENCY, idempotencyKey, ...each } = {}) =>
      runBatch({
        inputs,
        concurrency,
        signal: each.signal,
        run: (input, index, signal) =>
          runCall(settings, ref, { input, options: { ...each, signal, ...(idempotencyKey !== undefined && { idempotencyKey: `${idempotencyKey}-${index}` }) } }),
      }),
    estimate: (ref, input, estimateOptions = {}) => estimateCall(connection, ref, { input, options: estimateOptions }),
    model: (ref) => ({
      run: (input, runOptions) => client.run(ref, input, runOptions),
      runWithDetails: (input, runOptions) => client.runWithDetails(ref, input, runOptions),
      stream: (input, streamOptions) => client.stream(ref, input, streamOptions),
      estimate: (input, estimateOptions) => client.estimate(ref, input, estimateOptions),
    }),
    predictions: { get: (id) => getPrediction(connection, id), receipt: (id) => getReceipt(connection, id) },
    receiptKeys: () => getReceiptKeys(connection),
    graphql: (document, variables, options = {}) => sendGraphql(connection, { ...options, document, variables }),
    request: async (path, init) => {
      try {
        return await sendRequest(connection, path, init);
      } catch (cause) {
        throw init?.signal?.aborted ? cause : connectionError(cause, connection.baseUrl);
      }
    },
  };
  // One implementation serves every catalog; which models there are is known to the types alone.
  return client as unknown as Client<Models>;
}

function readBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw createError({
      kind: 'invalid',
      code: 'CLIENT.BASE_URL_INVALID',
      message: `"${text}" is not the URL of a server`,
      fix: `write it as https://host or ${DEFAULT_BASE_URL}`,
      charged: 'no',
    });
  }
  return (url.origin + url.pathname).replace(/\/+$/, '');
}
