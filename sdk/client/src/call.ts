import type { InputObject } from './encoding/encode-input.js';

/** One attempt of one call, as plugins see it. Change it by giving a copy to `next`. */
export interface Call {
  /** As the caller wrote it: `acme/digits`, `acme/digits:beta`, `acme/digits@1.0.0`. */
  readonly ref: string;
  /** JSON values; media are bytes, and tensors that were given as typed arrays hold those. */
  readonly input: InputObject;
  /** The same for every attempt, so that the platform charges one of them at most. */
  readonly idempotencyKey: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** Unix time in milliseconds when the caller stops waiting. */
  readonly deadlineAtMs: number;
  /** Aborted when the caller cancels or the deadline has passed; pass it to whatever you wait for. */
  readonly signal: AbortSignal;
  /** Added to the request, e.g. `traceparent`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** How long things took, in milliseconds. What the platform does not say is absent. */
export interface Timings {
  readonly queueMs?: number;
  /** How much of `queueMs` the model took to load; 0 or absent when it was loaded. */
  readonly coldStartMs?: number;
  readonly computeMs?: number;
  readonly gatewayMs?: number;
  readonly totalMs?: number;
  /** From sending to the complete answer, as this client saw it. */
  readonly roundTripMs: number;
}

/** The provider has said that the version that ran goes. */
export interface DeprecationNotice {
  readonly since: Date;
  /** From then on the version answers no more. */
  readonly sunsetAt: Date;
  /** What takes its place: `acme/digits@2.0.0`. */
  readonly successor: string | undefined;
}

export interface UnitUse {
  readonly unit: string;
  readonly quantity: bigint;
}

export interface PredictionInfo {
  readonly id: string;
  /** The version that really ran: `acme/digits@1.0.0`. */
  readonly model: string;
  /** What the call cost in nano-units (1e-9) of the currency. */
  readonly costNano: bigint;
  /** What that was charged for; each quantity in parts of its unit: microseconds of a second, bytes of a megabyte, else the unit itself. */
  readonly units?: readonly UnitUse[] | undefined;
  /** The platform took the call from the free units of the model. */
  readonly free?: boolean | undefined;
  /** Lower case ISO 4217, e.g. `usd`. */
  readonly currency: string;
  readonly timings: Timings;
  readonly requestId: string | undefined;
  /** The platform had answered this idempotency key before and charged nothing for this answer. */
  readonly replayed: boolean;
  /** Set when the version that ran is deprecated. */
  readonly deprecation?: DeprecationNotice | undefined;
  /** A plugin answered without asking the platform; `id` is that of the prediction it remembered. */
  readonly cached: boolean;
}

export interface RunDetails<O> {
  readonly output: O;
  readonly prediction: PredictionInfo;
}

export type CallResult = RunDetails<unknown>;

/**
 * A plugin sees every call, may change it, answer it itself, ask again, or look at the result. The first of the list is
 * the outermost. It must let `SteelyardError`s through that it does not handle.
 */
export interface ClientPlugin {
  readonly name: string;
  onCall(call: Call, next: (call: Call) => Promise<CallResult>): Promise<CallResult>;
}

/** One function out of plugins and the last step, which sends. */
export function composeCall(plugins: readonly ClientPlugin[], send: (call: Call) => Promise<CallResult>): (call: Call) => Promise<CallResult> {
  return plugins.reduceRight<(call: Call) => Promise<CallResult>>(
    (next, plugin) => async (call) => plugin.onCall(call, next),
    send,
  );
}
