import { connectionError, type Connection, sendRequest } from '../connection.js';
import { createError } from '../create-error.js';
import { encodeBody } from '../encoding/encode-body.js';
import { encodeInput } from '../encoding/encode-input.js';
import { estimatePath } from '../model-path.js';
import { readHttpError } from '../read-error.js';
import { headersOf, type RunOptions } from '../run-call.js';

/** What a call would cost, in nano-units (1e-9) of the currency. Quantities are in parts of their unit, as those of a prediction. */
export interface Estimate {
  /** The version that would run: `acme/digits@1.0.0`. */
  readonly model: string;
  readonly currency: string;
  /** What would be charged; both 0 where the free units cover the call. */
  readonly leastNano: bigint;
  /** What must be there for the call to run. */
  readonly mostNano: bigint;
  /** Each component of the price. Where the least is the most, it is known before. */
  readonly lines: readonly { readonly unit: string; readonly least: bigint; readonly most: bigint; readonly leastNano: bigint; readonly mostNano: bigint }[];
  /** Units of the model that are free in every calendar month. */
  readonly free: { readonly unit: string; readonly quantity: bigint; readonly left: bigint } | undefined;
  readonly isFree: boolean;
  /** What the organization has. */
  readonly availableNano: bigint;
  /** Whether the call would be let in at this moment; if not, `refusal` is the code it would be refused with. */
  readonly allowed: boolean;
  readonly refusal: string | undefined;
  /** The budget that does not cover the call. */
  readonly budgetId: string | undefined;
}

/** Those of a call's options that change what it costs. */
export type EstimateOptions = Pick<RunOptions, 'deadlineMs' | 'signal' | 'headers'>;

const QUANTITIES = new Set(['leastNano', 'mostNano', 'availableNano', 'least', 'most', 'quantity', 'left']);

/** Asks what a call would cost. Nothing runs and nothing is charged. @throws SteelyardError */
export async function estimateCall(connection: Connection, ref: string, { input, options }: { input: unknown; options: EstimateOptions }): Promise<Estimate> {
  const path = estimatePath(ref);
  const { signal = new AbortController().signal, deadlineMs } = options;
  const { type, body } = encodeBody(await encodeInput(input, { fetch: connection.fetch, signal }));
  const headers = { ...headersOf(options), 'content-type': type, ...(deadlineMs !== undefined && { 'steelyard-deadline-ms': String(deadlineMs) }) };
  let response: Response;
  let text: string;
  try {
    response = await sendRequest(connection, path, { method: 'POST', headers, body, signal });
    text = await response.text();
  } catch (cause) {
    if (signal.aborted) throw createError({ kind: 'cancelled', code: 'CLIENT.CANCELLED', message: 'the request was cancelled by its caller', charged: 'no', cause });
    throw connectionError(cause, connection.baseUrl);
  }
  if (!response.ok) throw readHttpError(response, text);
  try {
    const estimate = JSON.parse(text, (key, value: unknown) => (QUANTITIES.has(key) ? BigInt(value as string) : value)) as Estimate;
    if (typeof estimate.mostNano === 'bigint') return estimate;
    throw new TypeError('it says no amount');
  } catch (cause) {
    throw createError({ kind: 'internal', code: 'CLIENT.ANSWER_UNREADABLE', message: `${path} answered with something that is no estimate`, status: response.status, charged: 'no', cause });
  }
}
