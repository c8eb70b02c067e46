import type { AppError } from '@steelyard/kernel';
import type { EngineAnswer, EngineRequest } from '../engine-host.js';
import type { Queued } from './fair-queue.js';

export interface JobCallbacks {
  resolve(answer: EngineAnswer): void;
  reject(error: AppError): void;
}

/** One call on its way: in the queue, in a batch, or settled. It is settled once; later answers are dropped. */
export class Job implements Queued {
  readonly tenantId: string;
  readonly cost = 1;
  readonly bytes: number;
  /** When the queue took it and when nobody waits any more; of `performance.now()`. */
  readonly queuedAtMs: number;
  readonly dueAtMs: number;
  readonly deadlineAtMs: number;
  settled = false;
  /** In the fair queue, and counted there. */
  inQueue = false;
  /** It was in a batch that failed as a whole: from now on it runs by itself. */
  alone = false;
  /** How often a runner was lost that had this. */
  crashes = 0;
  input: Uint8Array;
  readonly #callbacks: JobCallbacks;
  #signal: AbortSignal | undefined;
  #onAbort: (() => void) | undefined;

  constructor(request: EngineRequest, callbacks: JobCallbacks) {
    this.tenantId = request.tenantId;
    this.input = request.input;
    this.bytes = request.input.length;
    this.queuedAtMs = performance.now();
    this.deadlineAtMs = request.deadlineAtMs;
    this.dueAtMs = this.queuedAtMs + request.deadlineAtMs - Date.now();
    this.#callbacks = callbacks;
  }

  /** Calls back when the signal is aborted before the job is settled. */
  watch(signal: AbortSignal, onAbort: () => void): void {
    this.#signal = signal;
    this.#onAbort = onAbort;
    signal.addEventListener('abort', onAbort, { once: true });
  }

  answer(answer: EngineAnswer): void {
    if (this.#settle()) this.#callbacks.resolve(answer);
  }

  fail(error: AppError): void {
    if (this.#settle()) this.#callbacks.reject(error);
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
