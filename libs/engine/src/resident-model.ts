import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@steelyard/kernel';
import type { EngineAnswer, EngineLog, EngineMetrics, EngineRequest, MaterializedModel, ModelHandle, ModelStore } from './engine-host.js';
import type { ModelStatus } from './engine-status.js';
import { engineErrors } from './errors.js';
import type { EngineLimits } from './limits.js';
import { Batcher } from './queue/batcher.js';
import { Job } from './queue/job.js';
import type { BusyRunners } from './queue/lane.js';
import { CallRecord } from './replicas/call-record.js';
import { Replicas } from './replicas/replicas.js';
import type { Placement } from './residency/placement.js';
import type { Residency } from './residency/residency.js';
import { RestartPolicy } from './supervision/restart-policy.js';
import type { RunnerLauncher } from './supervision/runner-launcher.js';
import type { RunnerExit } from './supervision/runner-process.js';
import type { RuntimeDescriptions } from './supervision/runtime-descriptions.js';

export interface ResidentModelOptions {
  readonly model: ModelHandle;
  readonly store: ModelStore;
  readonly launcher: RunnerLauncher;
  readonly descriptions: RuntimeDescriptions;
  readonly placement: Placement;
  readonly residency: Residency;
  readonly limits: EngineLimits;
  readonly log: EngineLog;
  readonly metrics: EngineMetrics;
  /** Of all models. */
  readonly busy: BusyRunners;
}

/** That there is no room, no GPU, or no answer of what protects the machine says nothing about the model. */
const OF_THE_MACHINE = new Set(['ENGINE.MEMORY_INSUFFICIENT', 'ENGINE.GPU_MISSING', 'ENGINE.PROTECTION_UNTRIED']);

/** What the model does about having no runner: nothing, bringing one up, or waiting before it does so again. */
type State = 'resting' | 'starting' | 'backing-off';

/**
 * One model version on this machine: its queue, and the runners that serve it while there is work. The first runner is
 * started by the first call, started again when it is lost while calls wait, and ended when others need its place.
 */
export class ResidentModel {
  readonly #options: ResidentModelOptions;
  readonly #batcher: Batcher;
  readonly #replicas: Replicas;
  readonly #policy: RestartPolicy;
  readonly #record = new CallRecord();
  readonly #closing = new AbortController();
  #state: State = 'resting';
  /** Callers of {@link pin} that wait for the model to be loaded. */
  #loading: { readonly resolve: () => void; readonly reject: (error: AppError) => void }[] = [];

  constructor(options: ResidentModelOptions) {
    this.#options = options;
    const { limits, busy, metrics } = options;
    const { label } = options.model;
    this.#policy = new RestartPolicy(limits);
    this.#batcher = new Batcher({
      ...limits,
      label,
      busy,
      onStalled: (lane) => this.#replicas.of(lane)?.kill('run-deadline'),
      onIdle: (lane) => this.#replicas.idle(lane),
      onBatch: ({ lane, ...fields }) => {
        this.#record.batch(fields.size);
        this.#replicas.worked(lane, fields);
        metrics.batch({ label, ...fields });
      },
    });
    this.#replicas = new Replicas({
      ...options,
      batcher: this.#batcher,
      mayGrow: () => this.#state === 'resting' && !this.#closing.signal.aborted && this.#policy.pauseMs(performance.now()) === 0,
      onEnded: (_, exit, planned) => this.#lost(exit, planned),
      onLoaded: () => this.#loadEnded(),
      onFailed: (error) => this.#furtherFailed(error),
    });
  }

  /** Every runner of it is idle, and there is one. */
  get evictable(): boolean {
    return this.#state === 'resting' && this.#replicas.evictable;
  }

  /** Nothing would be lost by forgetting it: no process, no calls, no failures to remember, nor anything that was of late. */
  isForgettable(beforeMs: number): boolean {
    const isAtRest = this.#state === 'resting' && this.#replicas.size === 0 && this.#batcher.idle && !this.pinned;
    return isAtRest && this.#policy.isClean(performance.now()) && this.#record.usedAtMs < beforeMs;
  }

  get pinned(): boolean {
    return this.#options.residency.isPinned(this.#options.model.digest);
  }

  get status(): ModelStatus {
    const { label, digest } = this.#options.model;
    return {
      label,
      digest,
      state: this.#publicState(),
      pinned: this.pinned,
      queued: this.#batcher.waiting,
      inFlight: this.#batcher.running,
      ...this.#record.status,
      coldStartMs: this.#replicas.coldStartMs,
      runners: this.#replicas.status,
    };
  }

  /** Rejects, and leaves it unpinned, when there is no room for it or it does not load. */
  async pin(): Promise<void> {
    const { residency, store, model } = this.#options;
    if (this.#closing.signal.aborted) throw engineErrors.CLOSED({ label: model.label });
    residency.pin(await this.#replicas.placeFor(await store.materialize(model.digest)));
    try {
      if (!this.#replicas.ready) await this.#loaded();
    } catch (error) {
      this.unpin();
      throw error;
    }
  }

  unpin(): void {
    this.#options.residency.unpin(this.#options.model.digest);
  }

  run(request: EngineRequest, signal: AbortSignal | undefined): Promise<EngineAnswer> {
    const refusal = this.#refusal(request, signal);
    if (refusal) return this.#refuse(refusal);
    const { label } = this.#options.model;
    return new Promise((resolve, reject) => {
      const unread = (error: unknown) => this.#batcher.drop(job, engineErrors.CANCELLED({ label }, error));
      const job = new Job(request, { resolve, reject, unread });
      if (!this.#batcher.add(job)) return resolve(this.#refuse(this.#overloaded(request.tenantId)));
      if (signal) job.watch(signal, () => this.#batcher.drop(job, engineErrors.CANCELLED({ label })));
      if (this.#replicas.size === 0) this.#wake();
    });
  }

  /** Ends its runners; to be asked when it is evictable. */
  evict(): void {
    this.#replicas.evict();
  }

  /** Ends runners beside the first that have had nothing to do for a while. */
  trim(idleBeforeMs: number): void {
    this.#replicas.trim(idleBeforeMs);
  }

  /** Fails every call. The launcher ends the processes. */
  close(): void {
    const error = engineErrors.CLOSED({ label: this.#options.model.label });
    this.#closing.abort();
    this.#loadEnded(error);
    this.#batcher.close(error);
  }

  get #wanted(): boolean {
    return this.#batcher.waiting > 0 || this.#loading.length > 0 || this.pinned;
  }

  #publicState(): ModelStatus['state'] {
    if (this.#policy.refusedForMs(performance.now()) > 0) return 'unhealthy';
    if (this.#replicas.ready) return 'ready';
    return this.#state === 'resting' ? 'idle' : this.#state === 'starting' ? 'loading' : 'backing-off';
  }

  #refusal(request: EngineRequest, signal: AbortSignal | undefined): AppError | undefined {
    const { label } = this.#options.model;
    const { inputBytes } = this.#options.limits;
    if (this.#closing.signal.aborted) return engineErrors.CLOSED({ label });
    if (signal?.aborted) return engineErrors.CANCELLED({ label });
    if (request.input.length > inputBytes) return engineErrors.INPUT_TOO_LARGE({ bytes: request.input.length, maxBytes: inputBytes });
    if (request.deadlineAtMs <= Date.now()) return engineErrors.DEADLINE_EXCEEDED({ label, reason: 'its deadline has passed' });
    const retryAfterMs = this.#policy.refusedForMs(performance.now());
    return retryAfterMs > 0 ? engineErrors.CIRCUIT_OPEN({ label, retryAfterMs }) : undefined;
  }

  #overloaded(tenantId: string): AppError {
    const { label } = this.#options.model;
    return engineErrors.OVERLOADED({ label, queued: this.#batcher.queuedOf(tenantId), retryAfterMs: this.#batcher.roomAfterMs });
  }

  #refuse(error: AppError): Promise<never> {
    this.#options.metrics.refused({ label: this.#options.model.label, code: error.code });
    return Promise.reject(error);
  }

  #wake(): void {
    if (this.#state !== 'resting') return;
    this.#state = 'starting';
    const ended = (error?: unknown) => {
      this.#state = 'resting';
      if (error !== undefined) this.#startFailed(error);
      // It may have been lost, or become wanted again, before this was noticed.
      else if (this.#replicas.size === 0 && this.#wanted && !this.#closing.signal.aborted) this.#wake();
    };
    this.#start().then(() => ended(), ended);
  }

  async #start(): Promise<void> {
    const { store, model } = this.#options;
    await this.#pause();
    const materialized: MaterializedModel = await store.materialize(model.digest);
    await this.#replicas.startFirst(materialized, () => this.#wanted && !this.#closing.signal.aborted);
  }

  async #pause(): Promise<void> {
    const pauseMs = this.#policy.pauseMs(performance.now());
    if (pauseMs <= 0) return;
    this.#state = 'backing-off';
    await delay(pauseMs, undefined, { signal: this.#closing.signal }).catch(() => {});
    this.#state = 'starting';
  }

  /** Loads it when nothing does yet. Resolves when it is there. */
  #loaded(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#loading.push({ resolve, reject });
      if (this.#replicas.size === 0) this.#wake();
    });
  }

  #loadEnded(error?: AppError): void {
    for (const { resolve, reject } of this.#loading.splice(0)) {
      if (error) reject(error);
      else resolve();
    }
  }

  #lost({ reason, how }: RunnerExit, planned: boolean): void {
    if (this.#closing.signal.aborted) return;
    if (!planned) {
      this.#record.fault(`${reason}: ${how}`);
      this.#policy.failed(performance.now());
      this.#failWaitingWhenOpen();
    }
    if (this.#replicas.size === 0 && this.#wanted) this.#wake();
  }

  /** The others may have been lost while it was loaded. */
  #furtherFailed(error: unknown): void {
    if (this.#closing.signal.aborted) return;
    this.#failed(error);
    if (this.#replicas.size > 0) return;
    this.#failWaitingWhenOpen();
    if (this.#wanted) this.#wake();
  }

  #failWaitingWhenOpen(): void {
    const retryAfterMs = this.#policy.refusedForMs(performance.now());
    if (retryAfterMs > 0) this.#batcher.failWaiting(engineErrors.CIRCUIT_OPEN({ label: this.#options.model.label, retryAfterMs }));
  }

  #startFailed(error: unknown): void {
    if (this.#closing.signal.aborted) return;
    const failure = this.#failed(error);
    this.#batcher.failWaiting(failure);
    this.#loadEnded(failure);
  }

  #failed(error: unknown): AppError {
    const { log, model } = this.#options;
    const failure = this.#forCallers(error);
    if (!OF_THE_MACHINE.has(failure.code)) {
      this.#policy.failed(performance.now());
      this.#record.fault(`${failure.code}: ${failure.message}`);
    }
    log.error({ label: model.label, code: failure.code, error: error instanceof Error ? error.message : String(error) }, 'model could not be loaded');
    return failure;
  }

  /** What the process wrote is for the log; a caller is not its provider. */
  #forCallers(error: unknown): AppError {
    const { label } = this.#options.model;
    if (!(error instanceof AppError)) return engineErrors.LOAD_FAILED({ label, reason: 'its files could not be prepared' }, error);
    if (error.details?.stderr === undefined) return error;
    return engineErrors.LOAD_FAILED({ label, reason: String(error.details.reason) });
  }
}
