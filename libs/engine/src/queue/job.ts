import { AppError } from '@steelyard/kernel';
import type { CallState, EngineAnswer, EngineRequest } from '../engine-host.js';
import type { BatchItem } from './batch-link.js';
import type { Queued } from './fair-queue.js';
import type { Batch } from './lane.js';

export interface JobCallbacks {
  resolve(answer: EngineAnswer): void;
  reject(error: AppError): void;
  /** Who takes its parts, or hears of its states, has failed with this: nobody reads the answer any more. */
  unread?(error: unknown): void;
}

/**
 * So much input counts as one call in a tenant's turn; more counts as more. What a call computes is known when it is over; its
 * size is known before, and is what the queue, the socket and the decoders of media bear.
 */
const COST_BYTES = 64 * 1024;

const RANKS: Readonly<Record<CallState, number>> = { queued: 1, loading: 2, running: 3 };

/** One call on its way: in the queue, in a batch, or settled. It is settled once; later answers and parts are dropped. */
export class Job implements Queued, BatchItem {
  readonly tenantId: string;
  readonly cost: number;
  readonly bytes: number;
  /** When the queue took it and when nobody waits any more; of `performance.now()`. */
  readonly queuedAtMs: number;
  readonly dueAtMs: number;
  readonly deadlineAtMs: number;
  /** Whether somebody wants to hear of its states. */
  readonly watched: boolean;
  readonly onPart: BatchItem['onPart'];
  settled = false;
  /** In the fair queue, and counted there. */
  inQueue = false;
  /** Where a runner has it. */
  batch: Batch | undefined = undefined;
  /** It was in a batch that failed as a whole: from now on it runs by itself. */
  alone = false;
  /** How often a runner was lost that had this. */
  crashes = 0;
  /** Parts of its answer that were handed out: it cannot be tried again. */
  parts = 0;
  input: Uint8Array;
  readonly #request: EngineRequest;
  readonly #callbacks: JobCallbacks;
  #rank = 0;
  #signal: AbortSignal | undefined;
  #onAbort: (() => void) | undefined;

  constructor(request: EngineRequest, callbacks: JobCallbacks) {
    this.tenantId = request.tenantId;
    this.input = request.input;
    this.bytes = request.input.length;
    this.cost = Math.max(1, this.bytes / COST_BYTES);
    this.queuedAtMs = performance.now();
    this.deadlineAtMs = request.deadlineAtMs;
    this.dueAtMs = this.queuedAtMs + request.deadlineAtMs - Date.now();
    this.watched = request.onState !== undefined;
    this.onPart = request.onPart && ((part) => this.#handOut(part));
    this.#request = request;
    this.#callbacks = callbacks;
  }

  /** Calls back when the signal is aborted before the job is settled. */
  watch(signal: AbortSignal, onAbort: () => void): void {
    this.#signal = signal;
    this.#onAbort = onAbort;
    signal.addEventListener('abort', onAbort, { once: true });
  }

  /** Tells a state, unless it or a later one was told. */
  tell(state: CallState): void {
    const rank = RANKS[state];
    if (this.settled || rank <= this.#rank) return;
    this.#rank = rank;
    try {
      this.#request.onState?.(state);
    } catch (error) {
      this.#callbacks.unread?.(error);
    }
  }

  /** It is to be tried again: what it waits for is told from the first state on. */
  restart(): void {
    this.#rank = 0;
  }

  answer(answer: EngineAnswer): void {
    if (this.#settle()) this.#callbacks.resolve(answer);
  }

  /** The error says how many parts were handed out before. */
  fail(error: AppError): void {
    if (this.#settle()) this.#callbacks.reject(this.parts > 0 ? withParts(error, this.parts) : error);
  }

  /** Resolves when the reader has taken it. What comes for a settled call is taken at once, by nobody. */
  #handOut(part: Uint8Array): void | Promise<void> {
    if (this.settled) return;
    this.parts += 1;
    try {
      const taken = this.#request.onPart?.(part);
      return taken instanceof Promise ? taken.catch((error: unknown) => this.#callbacks.unread?.(error)) : taken;
    } catch (error) {
      this.#callbacks.unread?.(error);
    }
  }

  #settle(): boolean {
    if (this.settled) return false;
    this.settled = true;
    this.input = NOTHING;
    if (this.#signal && this.#onAbort) this.#signal.removeEventListener('abort', this.#onAbort);
    return true;
  }
}

const NOTHING = new Uint8Array(0);

function withParts({ code, message, kind, fix, details, cause, retryable }: AppError, parts: number): AppError {
  return new AppError(code, message, { kind, fix, details: { ...details, parts }, cause, retryable });
}
