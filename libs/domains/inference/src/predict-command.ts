import type { CallState } from '@steelyard/dispatch';
import type { Caller, PersonalCounts, RatedLine } from '@steelyard/kernel';
import type { ResolvedVersion } from '@steelyard/domain-catalog';
import type { TraceSpan } from '@steelyard/platform-observability';
import type { Answer } from './answer.js';

/**
 * How a prediction is to be run. Every door fills the same options; one that this server cannot honour is refused.
 */
export interface PredictOptions {
  readonly idempotencyKey?: string | undefined;
  /** How long the caller waits, in milliseconds from now. */
  readonly deadlineMs?: number | undefined;
  /** The caller's own name for what the call belongs to: a project, a customer. Usage and costs are told by it. */
  readonly tag?: string | undefined;
  readonly explain?: boolean | undefined;
  readonly where?: 'edge' | 'cloud' | 'auto' | undefined;
  /** Has personal data of every kind masked, or the call refused for it, whatever the policies say. */
  readonly privacy?: 'mask' | 'block' | undefined;
}

/** What a door makes of a request. */
export interface PredictCommand {
  /** `owner/model`, with `@version` or `:channel`. */
  readonly ref: string;
  /** JSON value; media as base64 text, data URL or bytes. */
  readonly input: unknown;
  /** The same as CBOR, where it came so: it need not be written again. */
  readonly encoded?: Uint8Array | undefined;
  readonly caller: Caller;
  readonly options: PredictOptions;
  /** Aborted when the caller goes away. */
  readonly signal?: AbortSignal | undefined;
  /** What the call is traced within. */
  readonly span?: TraceSpan | undefined;
}

export interface PredictResult {
  readonly predictionId: string;
  readonly version: ResolvedVersion;
  readonly answer: Answer;
  readonly amountNano: bigint;
  /** What that is for, component by component of the price. */
  readonly lines: readonly RatedLine[];
  /** Taken from the free units of the model. */
  readonly isFree: boolean;
  readonly currency: string;
  /** Answered for an earlier call with the same idempotency key; nothing was charged again. */
  readonly replayed: boolean;
  /** What was masked before the model saw the input; absent for nothing. */
  readonly masked?: PersonalCounts | undefined;
  readonly timings: PredictTimings;
}

export interface PredictTimings {
  readonly queueMs: number;
  readonly computeMs: number;
  readonly totalMs: number;
  /** How much of it was the start of the model; 0 when it was loaded. */
  readonly coldStartMs: number;
}

/** What happens to a prediction whose caller follows it: states, then parts, then the end. */
export type PredictEvent =
  | { readonly type: 'waits'; readonly state: CallState }
  | { readonly type: 'part'; readonly part: unknown }
  | { readonly type: 'done'; readonly result: PredictResult };
