import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@steelyard/kernel';
import type { EngineAnswer, EngineLog, EngineMetrics, EngineRequest, MaterializedModel, ModelHandle, ModelStore } from './engine-host.js';
import type { ModelStatus } from './engine-status.js';
import { engineErrors } from './errors.js';
import type { EngineLimits } from './limits.js';
import { Batcher } from './queue/batcher.js';
import { Job } from './queue/job.js';
import type { Residency, Resident } from './residency.js';
import { loadModel, type LoadResult } from './supervision/load-model.js';
import { RestartPolicy } from './supervision/restart-policy.js';
import type { Launched, RunnerLauncher } from './supervision/runner-launcher.js';
import type { RunnerExit } from './supervision/runner-process.js';
import type { RuntimeDescriptions } from './supervision/runtime-descriptions.js';

export interface ResidentModelOptions {
  readonly model: ModelHandle;
  readonly store: ModelStore;
  readonly launcher: RunnerLauncher;
  readonly descriptions: RuntimeDescriptions;
  readonly residency: Residency<ResidentModel>;
  readonly limits: EngineLimits;
  readonly log: EngineLog;
  readonly metrics: EngineMetrics;
}

/** `closed`: no process and none wanted. */
type State = 'starting' | 'ready' | 'backing-off' | 'closed';

const STATES = { starting: 'loading', ready: 'ready', 'backing-off': 'backing-off', closed: 'idle' } as const;

/**
 * One model version on this machine: its queue, and the runner that serves it while there is work. The runner is started
 * by the first call, started again when it is lost while calls wait, and ended when others need its place.
 */
export class ResidentModel implements Resident {
  usedAtMs = performance.now();
  readonly #options: ResidentModelOptions;
  readonly #batcher: Batcher;
  readonly #policy: RestartPolicy;
  readonly #closing = new AbortController();
  #state: State = 'closed';
  #runner: Launched | undefined;
  #evicting = false;
  #loadedBytes = 0;
  #restarts = 0;
  #pinned = false;

  constructor(options: ResidentModelOptions) {
    this.#options = options;
    const { limits, metrics, residency } = options;
    const { label } = options.model;
    this.#policy = new RestartPolicy(limits);
    this.#batcher = new Batcher({
      ...limits,
      label,
      onStalled: () => this.#runner?.process.kill('run-deadline'),
      onIdle: () => residency.makeRoom(),
      onBatch: (fields) => {
        this.usedAtMs = performance.now();
        metrics.batch({ label, ...fields });
      },
    });
  }

  get evictable(): boolean {
    return this.#state === 'ready' && !this.#evicting && !this.#pinned && this.#batcher.idle;
  }

  /** Nothing would be lost by forgetting it: no process, no calls, no failures to remember. */
  get forgettable(): boolean {
    return this.#state === 'closed' && this.#batcher.idle && this.#policy.isClean(performance.now());
  }

  get status(): ModelStatus {
    const { model, limits } = this.#options;
    const runner = this.#runner;
    const { pid, link } = runner?.process ?? {};
    return {
      label: model.label,
      digest: model.digest,
      state: this.#policy.refusedForMs(performance.now()) > 0 ? 'unhealthy' : STATES[this.#state],
      pinned: this.#pinned,
      queued: this.#batcher.waiting,
      inFlight: this.#batcher.running,
      calls: 0,
      batchSize: 0,
      faults: this.#restarts,
      lastFault: undefined,
      coldStartMs: undefined,
      runners: runner
        ? [{
            pid,
            state: this.#evicting ? 'closing' : this.#state === 'ready' ? 'ready' : 'starting',
            device: 'cpu',
            threads: limits.threads,
            memoryBytes: link?.memoryBytes || this.#loadedBytes,
            inFlight: this.#batcher.running,
            protections: runner.protections,
          }]
        : [],
    };
  }

  async pin(pinned: boolean): Promise<void> {
    this.#pinned = pinned;
  }

  run(request: EngineRequest, signal: AbortSignal | undefined): Promise<EngineAnswer> {
    const refusal = this.#refusal(request, signal);
    if (refusal) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const job = new Job(request, { resolve, reject });
      const { label } = this.#options.model;
      if (!this.#batcher.add(job)) return reject(engineErrors.OVERLOADED({ label, queued: this.#batcher.queuedOf(request.tenantId) }));
      if (signal) job.watch(signal, () => this.#batcher.drop(job, engineErrors.CANCELLED({ label })));
      if (this.#state === 'closed') this.#wake();
    });
  }

  evict(reason: 'evicted' | 'idle'): void {
    const runner = this.#runner;
    if (!runner || this.#evicting) return;
    this.#evicting = true;
    this.#batcher.detach(false);
    // What follows is in #lost, as for any other end.
    void runner.process.close(reason, this.#options.limits.closeGraceMs);
  }

  /** Fails every call. The launcher ends the process. */
  close(): void {
    this.#closing.abort();
    this.#batcher.close(engineErrors.CLOSED({ label: this.#options.model.label }));
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

  #wake(): void {
    this.#state = 'starting';
    this.#start().catch((error: unknown) => this.#startFailed(error));
  }

  async #start(): Promise<void> {
    const { residency, store, model, launcher } = this.#options;
    await this.#pause();
    await residency.admit(this);
    try {
      if (this.#batcher.waiting === 0 || this.#closing.signal.aborted) {
        this.#state = 'closed';
        residency.leave(this);
        return;
      }
      const materialized = await store.materialize(model.digest);
      const { runtime, resources } = materialized.manifest;
      const order = { label: model.label, runtimeName: runtime.name, memoryMb: resources.memoryMb, modelDir: materialized.dir };
      await this.#load(await launcher.launch(order), materialized);
    } catch (error) {
      residency.leave(this);
      throw error;
    }
  }

  async #pause(): Promise<void> {
    const pauseMs = this.#policy.pauseMs(performance.now());
    if (pauseMs <= 0) return;
    this.#state = 'backing-off';
    await delay(pauseMs, undefined, { signal: this.#closing.signal }).catch(() => {});
    this.#state = 'starting';
  }

  async #load(launched: Launched, materialized: MaterializedModel): Promise<void> {
    const { model, descriptions, limits } = this.#options;
    const { process } = launched;
    this.#runner = launched;
    try {
      const result = await loadModel(process, { label: model.label, model: materialized, descriptions, limits });
      this.#ready(launched, materialized, result);
    } catch (error) {
      this.#runner = undefined;
      process.kill('load-failed');
      await process.exited;
      throw error;
    }
  }

  #ready({ process }: Launched, { manifest }: MaterializedModel, { loaded, described }: LoadResult): void {
    const { log, model } = this.#options;
    this.#state = 'ready';
    this.#loadedBytes = loaded.memoryBytes;
    this.usedAtMs = performance.now();
    log.info({ label: model.label, pid: process.pid, loadMs: loaded.loadMs, memoryBytes: loaded.memoryBytes, device: loaded.device }, 'model loaded');
    void process.exited.then((exit) => this.#lost(exit));
    const maxSize = described.capabilities.batching ? manifest.batching.maxSize : 1;
    this.#batcher.attach(process.link, { maxSize, maxDelayMs: manifest.batching.maxDelayMs, runMs: manifest.limits.runMs });
  }

  #lost({ reason }: RunnerExit): void {
    const nowMs = performance.now();
    const planned = this.#evicting;
    this.#evicting = false;
    this.#runner = undefined;
    this.#state = 'closed';
    this.#batcher.detach(reason === 'run-deadline');
    this.#options.residency.leave(this);
    if (this.#closing.signal.aborted) return;
    if (!planned) {
      this.#restarts += 1;
      this.#policy.failed(nowMs);
      const retryAfterMs = this.#policy.refusedForMs(nowMs);
      if (retryAfterMs > 0) this.#batcher.failWaiting(engineErrors.CIRCUIT_OPEN({ label: this.#options.model.label, retryAfterMs }));
    }
    if (this.#batcher.waiting > 0) this.#wake();
  }

  #startFailed(error: unknown): void {
    const { log, model } = this.#options;
    this.#state = 'closed';
    if (this.#closing.signal.aborted) return;
    this.#policy.failed(performance.now());
    const failure = this.#forCallers(error);
    log.error({ label: model.label, code: failure.code, error: error instanceof Error ? error.message : String(error) }, 'model could not be loaded');
    this.#batcher.failWaiting(failure);
  }

  /** What the process wrote is for the log; a caller is not its provider. */
  #forCallers(error: unknown): AppError {
    const { label } = this.#options.model;
    if (!(error instanceof AppError)) return engineErrors.LOAD_FAILED({ label, reason: 'its files could not be prepared' }, error);
    if (error.details?.stderr === undefined) return error;
    return engineErrors.LOAD_FAILED({ label, reason: String(error.details.reason) });
  }
}
