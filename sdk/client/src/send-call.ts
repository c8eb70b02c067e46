import type { Call, CallResult, Timings, UnitUse } from './call.js';
import { connectionError, type Connection, sendRequest } from './connection.js';
import { amendError, createError } from './create-error.js';
import { encodeBody, type EncodedBody } from './encoding/encode-body.js';
import { SteelyardError } from './errors.js';
import { predictPath } from './model-path.js';
import { readHttpError } from './read-error.js';
import { readDeprecation } from './read-deprecation.js';

/**
 * Sends one attempt to the native route and reads its answer.
 * @throws SteelyardError; `call.signal.reason` when the signal is what ended it
 */
export async function sendCall(connection: Connection, call: Call): Promise<CallResult> {
  call.signal.throwIfAborted();
  const path = predictPath(call.ref);
  const { type, body } = encodeBody(call.input);
  const startedAtMs = performance.now();
  let response: Response;
  let text: string;
  try {
    response = await sendRequest(connection, path, { method: 'POST', headers: headersOf(call, type), body, signal: call.signal });
    text = await response.text();
  } catch (cause) {
    if (call.signal.aborted) throw abandoned(call.signal.reason);
    throw connectionError(cause, connection.baseUrl, call.idempotencyKey);
  }
  if (!response.ok) throw readHttpError(response, text, call.idempotencyKey);
  return readResult(response, text, { call, roundTripMs: performance.now() - startedAtMs });
}

/** The request had left when the caller stopped waiting. */
export function abandoned(reason: unknown): unknown {
  return reason instanceof SteelyardError ? amendError(reason, { charged: 'unknown' }) : reason;
}

export function headersOf(call: Call, type: EncodedBody['type']): Record<string, string> {
  return {
    ...call.headers,
    'content-type': type,
    accept: 'application/json',
    'idempotency-key': call.idempotencyKey,
    'steelyard-deadline-ms': String(Math.max(1, Math.ceil(call.deadlineAtMs - Date.now()))),
  };
}

function readResult(response: Response, text: string, { call, roundTripMs }: { call: Call; roundTripMs: number }): CallResult {
  const { headers } = response;
  const cost = headers.get('steelyard-cost-nano') ?? '';
  let output: unknown;
  try {
    output = JSON.parse(text);
  } catch (cause) {
    throw unreadable(response, call, cause);
  }
  // A proxy's or another server's 200 must not pass for a prediction that cost nothing.
  if (!/^\d+$/.test(cost)) throw unreadable(response, call);
  return {
    output,
    prediction: {
      id: headers.get('steelyard-prediction-id') ?? '',
      model: headers.get('steelyard-model') ?? call.ref,
      costNano: BigInt(cost),
      units: readUnits(headers.get('steelyard-units')),
      free: headers.get('steelyard-free') === 'true' || undefined,
      currency: headers.get('steelyard-currency') ?? 'usd',
      timings: { ...readServerTiming(headers.get('server-timing')), roundTripMs },
      requestId: headers.get('x-request-id') ?? undefined,
      deprecation: readDeprecation(headers),
      replayed: headers.get('steelyard-replayed') === 'true',
      cached: false,
    },
  };
}

export function unreadable(response: Response, call: Call, cause?: unknown) {
  return createError({
    kind: 'internal',
    code: 'CLIENT.ANSWER_UNREADABLE',
    message: `${response.url || 'the server'} answered ${response.status} with something that is no prediction`,
    fix: 'check that the base URL is that of a Steelyard server',
    status: response.status,
    requestId: response.headers.get('x-request-id') ?? undefined,
    charged: 'unknown',
    idempotencyKey: call.idempotencyKey,
    cause,
  });
}

/** `input_token=12, output_token=64` */
function readUnits(header: string | null): UnitUse[] | undefined {
  return header?.split(',').flatMap((pair) => {
    const [unit = '', quantity = ''] = pair.trim().split('=');
    return /^\d+$/.test(quantity) ? [{ unit, quantity: BigInt(quantity) }] : [];
  });
}

const TIMING_FIELDS = { queue: 'queueMs', cold: 'coldStartMs', compute: 'computeMs', gateway: 'gatewayMs', total: 'totalMs' } as const;

/** `queue;dur=0.4, compute;dur=2.1` (W3C Server Timing) as our fields; unknown names are left out. */
export function readServerTiming(header: string | null): Partial<Omit<Timings, 'roundTripMs'>> {
  const found: [string, number][] = [];
  for (const metric of (header ?? '').split(',')) {
    const [name = '', ...parameters] = metric.split(';').map((part) => part.trim());
    const duration = parameters.find((parameter) => parameter.startsWith('dur='));
    const field = Object.hasOwn(TIMING_FIELDS, name) ? TIMING_FIELDS[name as keyof typeof TIMING_FIELDS] : undefined;
    const ms = Number(duration?.slice(4).replaceAll('"', ''));
    if (field && Number.isFinite(ms)) found.push([field, ms]);
  }
  return Object.fromEntries(found);
}
