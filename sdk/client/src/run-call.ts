import { type Call, type CallResult, type ClientPlugin, composeCall } from './call.js';
import type { Connection } from './connection.js';
import { amendError, createError } from './create-error.js';
import { encodeInput } from './encoding/encode-input.js';
import { SteelyardError } from './errors.js';
import { predictPath } from './model-path.js';
import { sendCall } from './send-call.js';

export interface RunOptions {
  /** How long to wait in all, retries included. Default: the client's. */
  readonly deadlineMs?: number | undefined;
  /** Stops the call; the platform stops working on it too. */
  readonly signal?: AbortSignal | undefined;
  /** Your own name for this call, kept over restarts of your program. Default: a random one. */
  readonly idempotencyKey?: string | undefined;
  /** What the call belongs to, for your own records: 1 to 64 printable ASCII characters. Usage and costs are told by it. */
  readonly tag?: string | undefined;
  /** Added to the request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface CallSettings {
  readonly connection: Connection;
  readonly plugins: readonly ClientPlugin[];
  readonly deadlineMs: number;
}

export interface CallRequest {
  readonly input: unknown;
  readonly options: RunOptions;
  /** Sends one attempt. Default: one request with one answer. */
  readonly send?: (call: Call) => Promise<CallResult>;
}

/**
 * The platform is told the deadline and answers at it; this client waits that much longer for the answer, which says
 * whether the call was charged.
 */
export const DEADLINE_GRACE_MS = 500;

/** Timers that are set for longer fire at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** Encodes the input, runs the plugins and the request under one deadline. Always ends, and ends in a typed error if not well. */
export async function runCall(settings: CallSettings, ref: string, { input, options, ...request }: CallRequest): Promise<CallResult> {
  predictPath(ref);
  const deadlineMs = options.deadlineMs ?? settings.deadlineMs;
  const idempotencyKey = options.idempotencyKey ?? newIdempotencyKey();
  const deadlineAtMs = Date.now() + deadlineMs;
  const attempts: AttemptLog = { mayHaveBeenCharged: false };
  const end = endOf(options.signal, deadlineMs, idempotencyKey);
  try {
    const sendOnce = request.send ?? ((call: Call) => sendCall(settings.connection, call));
    const send = composeCall(settings.plugins, (call) => logged(sendOnce(call), attempts));
    const work = async () => {
      end.signal.throwIfAborted();
      const encoded = await encodeInput(input, { fetch: settings.connection.fetch, signal: end.signal });
      const call: Call = { ref, input: encoded, idempotencyKey, attempt: 1, deadlineAtMs, signal: end.signal, headers: headersOf(options) };
      return send(call);
    };
    // Not every plugin heeds the signal; the caller gets its answer in time all the same.
    return await Promise.race([work(), end.reached]);
  } catch (error) {
    throw settle(error, attempts, idempotencyKey);
  } finally {
    end.dispose();
  }
}

/** Those of a call's options that are sent as headers. */
export function headersOf({ headers, tag }: Pick<RunOptions, 'headers' | 'tag'>): Readonly<Record<string, string>> {
  return tag === undefined ? (headers ?? {}) : { ...headers, 'steelyard-tag': tag };
}

interface AttemptLog {
  mayHaveBeenCharged: boolean;
  inFlight?: boolean;
}

async function logged(attempt: Promise<CallResult>, log: AttemptLog): Promise<CallResult> {
  log.inFlight = true;
  try {
    return await attempt;
  } catch (error) {
    if (!(error instanceof SteelyardError) || error.charged !== 'no') log.mayHaveBeenCharged = true;
    throw error;
  } finally {
    log.inFlight = false;
  }
}

/** A later attempt's "not charged" says nothing of an earlier one whose answer was lost. */
function settle(error: unknown, attempts: AttemptLog, idempotencyKey: string): unknown {
  if (!(error instanceof SteelyardError)) return error;
  const charged = error.charged === 'no' && (attempts.mayHaveBeenCharged || attempts.inFlight) ? 'unknown' : error.charged;
  if (charged === error.charged && error.idempotencyKey !== undefined) return error;
  return amendError(error, { charged, idempotencyKey });
}

interface CallEnd {
  readonly signal: AbortSignal;
  /** Rejects when the signal is aborted. */
  readonly reached: Promise<never>;
  dispose(): void;
}

function endOf(caller: AbortSignal | undefined, deadlineMs: number, idempotencyKey: string): CallEnd {
  const controller = new AbortController();
  const cancel = () =>
    controller.abort(
      createError({ kind: 'cancelled', code: 'CLIENT.CANCELLED', message: 'the call was cancelled by its caller', charged: 'no', idempotencyKey, cause: caller?.reason }),
    );
  const expire = () =>
    controller.abort(
      createError({
        kind: 'deadline-exceeded',
        code: 'CLIENT.DEADLINE_EXCEEDED',
        message: `no answer within ${deadlineMs} ms`,
        fix: 'give the call a longer deadlineMs, or ask again with the same idempotencyKey',
        charged: 'no',
        idempotencyKey,
      }),
    );
  const reached = new Promise<never>((_resolve, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason as Error), { once: true });
  });
  // The race may have been won already.
  reached.catch(() => undefined);
  const timer = setTimeout(expire, Math.min(deadlineMs + DEADLINE_GRACE_MS, TIMER_MAX_MS));
  caller?.addEventListener('abort', cancel, { once: true });
  if (caller?.aborted) cancel();
  return {
    signal: controller.signal,
    reached,
    dispose() {
      clearTimeout(timer);
      caller?.removeEventListener('abort', cancel);
    },
  };
}

function newIdempotencyKey(): string {
  // `randomUUID` is missing in browsers on pages without TLS.
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
