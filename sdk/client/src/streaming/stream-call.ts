import type { Call, CallResult, DeprecationNotice, Timings } from '../call.js';
import { connectionError, type Connection, sendRequest } from '../connection.js';
import { amendError } from '../create-error.js';
import { encodeBody } from '../encoding/encode-body.js';
import { SteelyardError } from '../errors.js';
import { predictPath } from '../model-path.js';
import { readHttpError } from '../read-error.js';
import { abandoned, headersOf, unreadable } from '../send-call.js';
import type { CallState } from './prediction-stream.js';
import { readEvents, type ServerEvent } from './read-events.js';

/** Who is told of one call, over all its attempts. */
export interface StreamListener {
  state(state: CallState): void;
  part(part: unknown): Promise<void>;
  /** Parts that were handed on. */
  seen: number;
}

/**
 * Sends one attempt to the native route and reads its answer event by event. Once a part was handed on it is not to be tried
 * again: it would begin anew.
 * @throws SteelyardError; `call.signal.reason` when the signal is what ended it
 */
export async function streamCall(connection: Connection, call: Call, listener: StreamListener): Promise<CallResult> {
  try {
    return await attempt(connection, call, listener);
  } catch (error) {
    if (listener.seen === 0 || !(error instanceof SteelyardError)) throw error;
    throw amendError(error, { retryable: false });
  }
}

async function attempt(connection: Connection, call: Call, listener: StreamListener): Promise<CallResult> {
  call.signal.throwIfAborted();
  const { type, body } = encodeBody(call.input);
  const headers = { ...headersOf(call, type), accept: 'text/event-stream' };
  const startedAtMs = performance.now();
  const lost = (cause: unknown) => (call.signal.aborted ? abandoned(call.signal.reason) : connectionError(cause, connection.baseUrl, call.idempotencyKey));
  let response: Response;
  try {
    response = await sendRequest(connection, predictPath(call.ref), { method: 'POST', headers, body, signal: call.signal });
    if (!response.ok) throw readHttpError(response, await response.text(), call.idempotencyKey);
  } catch (cause) {
    throw cause instanceof SteelyardError ? cause : lost(cause);
  }
  if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
    void response.body?.cancel();
    throw unreadable(response, call);
  }
  const events = readEvents(response.body);
  try {
    for (let event = await nextOf(events, lost); ; event = await nextOf(events, lost)) {
      const end = await take(event, { response, call, listener });
      if (end) return toResult(end, response, { call, roundTripMs: performance.now() - startedAtMs });
    }
  } finally {
    void events.return();
  }
}

/** The next event. A body that ends without the last one is a broken connection. */
async function nextOf(events: AsyncGenerator<ServerEvent, void>, lost: (cause: unknown) => unknown): Promise<ServerEvent> {
  let cause: unknown;
  try {
    const step = await events.next();
    if (!step.done) return step.value;
  } catch (error) {
    cause = error;
  }
  throw lost(cause);
}

interface DoneData {
  readonly output: unknown;
  readonly prediction: {
    readonly id: string;
    readonly model: string;
    readonly costNano: string;
    readonly currency: string;
    readonly units?: readonly { readonly unit: string; readonly quantity: string }[];
    readonly free?: boolean;
    readonly replayed: boolean;
    readonly timings: Omit<Timings, 'roundTripMs'>;
    readonly deprecation?: { readonly since: string; readonly sunsetAt: string; readonly successor?: string };
  };
}

interface Reading {
  readonly response: Response;
  readonly call: Call;
  readonly listener: StreamListener;
}

/** Gives the last event's data. @throws SteelyardError for an `error` event */
async function take({ event, data }: ServerEvent, { response, call, listener }: Reading): Promise<DoneData | undefined> {
  const value = parse(data, response, call);
  if (event === 'done') return value as DoneData;
  if (event === 'state') listener.state((value as { state: CallState }).state);
  if (event === 'part') {
    listener.seen += 1;
    await listener.part(value);
  }
  if (event === 'error') {
    const { status } = value as { status: number };
    throw readHttpError(new Response(null, { status, headers: response.headers }), data, call.idempotencyKey);
  }
  return undefined;
}

function parse(data: string, response: Response, call: Call): unknown {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw unreadable(response, call, cause);
  }
}

function toResult({ output, prediction }: DoneData, response: Response, { call, roundTripMs }: { call: Call; roundTripMs: number }): CallResult {
  if (!/^\d+$/.test(prediction?.costNano)) throw unreadable(response, call);
  const { id, model, costNano, currency, units, free, replayed, timings, deprecation } = prediction;
  return {
    output,
    prediction: {
      id,
      model,
      costNano: BigInt(costNano),
      currency,
      units: units?.map(({ unit, quantity }) => ({ unit, quantity: BigInt(quantity) })),
      free,
      replayed,
      timings: { ...timings, roundTripMs },
      requestId: response.headers.get('x-request-id') ?? undefined,
      deprecation: deprecation && readNotice(deprecation),
      cached: false,
    },
  };
}

function readNotice({ since, sunsetAt, successor }: NonNullable<DoneData['prediction']['deprecation']>): DeprecationNotice {
  return { since: new Date(since), sunsetAt: new Date(sunsetAt), successor };
}
