import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@steelyard/kernel';
import type { EngineAnswer, EngineLog, EngineMetrics, EngineRequest, MaterializedModel, ModelHandle, ModelStore } from './engine-host.js';
import type { ModelStatus } from './engine-status.js';
import { engineErrors } from './errors.js';
import { estimateMemory } from './residency/estimate-memory.js';
import type { EngineLimits } from './limits.js';
import { Batcher } from './queue/batcher.js';
import { Job } from './queue/job.js';
import type { Lane } from './queue/lane.js';
import type { Place, Residency, Resident } from './residency/residency.js';
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
  #lane: Lane | undefined;
  #evicting = false;
  #retiring = false;
  /** As last measured on this machine. */
  #memoryBytes: number | undefined;
  #restarts = 0;
  /** Callers of {@link pin} that wait for the model to be loaded. */
  #loading: { readonly resolve: () => void; readonly reject: (error: AppError) => void }[] = [];

  constructor(options: ResidentModelOptions) {
    this.#options = options;
    const { limits, metrics, residency } = options;
    const { label } = options.model;
    this.#policy = new RestartPolicy(limits);
    this.#batcher = new Batcher({
      ...limits,
      label,
      onStalled: () => this.#runner?.process.kill('run-deadline'),
      onIdle: () => (this.#retiring ? this.evict('evicted') : residency.makeRoom()),
      onBatch: (fields) => {
        this.usedAtMs = performance.now();
        this.#measured(this.#runner?.process.link.memoryBytes ?? 0);
        metrics.batch({ label, ...fields });
      },
    });
  }

  get evictable(): boolean {
    return this.#state === 'ready' && !this.#evicting && this.#batcher.idle;
  }

  /** Nothing would be lost by forgetting it: no process, no calls, no failures to remember. */
  get forgettable(): boolean {
    return this.#state === 'closed' && this.#batcher.idle && !this.pinned && this.#policy.isClean(performance.now());
  }

  get pinned(): boolean {
    return this.#options.residency.isPinned(this.#options.model.digest);
  }

  get #wanted(): boolean {
    return this.#batcher.waiting > 0 || this.#loading.length > 0 || this.pinned;
  }

  get status(): ModelStatus {
    const { model, limits } = this.#options;
    const runner = this.#runner;
    const pid = runner?.process.pid;
    return {
      label: model.label,
      digest: model.digest,
      state: this.#policy.refusedForMs(performance.now()) > 0 ? 'unhealthy' : STATES[this.#state],
      pinned: this.pinned,
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
            memoryBytes: this.#memoryBytes ?? 0,
            inFlight: this.#batcher.running,
            protections: runner.protections,
          }]
        : [],
    };
  }

  /** Rejects, and leaves it unpinned, when there is no room for it or it does not load. */
  async pin(): Promise<void> {
    const { residency, store, model } = this.#options;
    if (this.#closing.signal.aborted) throw engineErrors.CLOSED({ label: model.label });
    residency.pin(await this.#place(await store.materialize(model.digest)));
    try {
      if (this.#state !== 'ready') await this.#loaded();
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
    if (refusal) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const { label } = this.#options.model;
      const unread = (error: unknown) => this.#batcher.drop(job, engineErrors.CANCELLED({ label }, error));
      const job = new Job(request, { resolve, reject, unread });
      if (!this.#batcher.add(job)) return reject(engineErrors.OVERLOADED({ label, queued: this.#batcher.queuedOf(request.tenantId) }));
      if (signal) job.watch(signal, () => this.#batcher.drop(job, engineErrors.CANCELLED({ label })));
      if (this.#state === 'closed') this.#wake();
    });
  }

  evict(reason: 'evicted' | 'idle'): void {
    const runner = this.#runner;
    if (!runner || this.#evicting) return;
    this.#evicting = true;
    this.#detach(false);
    // What follows is in #lost, as for any other end.
    void runner.process.close(reason, this.#options.limits.closeGraceMs);
  }

  /** No further batch; it ends when the runner has answered what it has. Its waiting calls have it loaded again. */
  retire(): void {
    this.#retiring = true;
    if (this.#lane) this.#batcher.pause(this.#lane);
  }

  /** Fails every call. The launcher ends the process. */
  close(): void {
    this.#closing.abort();
    this.#loadEnded(engineErrors.CLOSED({ label: this.#options.model.label }));
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
    const materialized = await store.materialize(model.digest);
    try {
      await residency.admit(this, await this.#place(materialized));
      if (!this.#wanted || this.#closing.signal.aborted) {
        this.#state = 'closed';
        residency.leave(this);
        return;
      }
      const { runtime, resources } = materialized.manifest;
      this.#batcher.loading();
      const order = { label: model.label, runtimeName: runtime.name, memoryMb: resources.memoryMb, modelDir: materialized.dir };
      await this.#load(await launcher.launch(order), materialized);
    } catch (error) {
      residency.leave(this);
      throw error;
    }
  }

  async #place(materialized: MaterializedModel): Promise<Place> {
    const { digest, label } = this.#options.model;
    return { digest, label, device: 'cpu', bytes: this.#memoryBytes ?? (await estimateMemory(materialized)) };
  }

  /** Loads it when nothing does yet. Resolves when it is there. */
  #loaded(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#loading.push({ resolve, reject });
      if (this.#state === 'closed') this.#wake();
    });
  }

  #loadEnded(error?: AppError): void {
    for (const { resolve, reject } of this.#loading.splice(0)) {
      if (error) reject(error);
      else resolve();
    }
  }

  #measured(bytes: number): void {
    if (bytes <= 0) return;
    this.#memoryBytes = bytes;
    this.#options.residency.measured(this, bytes);
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
    this.usedAtMs = performance.now();
    log.info({ label: model.label, pid: process.pid, loadMs: loaded.loadMs, memoryBytes: loaded.memoryBytes, device: loaded.device }, 'model loaded');
    void process.exited.then((exit) => this.#lost(exit));
    const { batching, continuous = false } = described.capabilities;
    const maxSize = batching || continuous ? manifest.batching.maxSize : 1;
    this.#lane = this.#batcher.attach(process.link, { maxSize, maxDelayMs: manifest.batching.maxDelayMs, runMs: manifest.limits.runMs, continuous });
    this.#measured(loaded.memoryBytes);
    this.#loadEnded();
  }

  #lost({ reason }: RunnerExit): void {
    const nowMs = performance.now();
    const planned = this.#evicting;
    this.#evicting = false;
    this.#retiring = false;
    this.#runner = undefined;
    this.#state = 'closed';
    this.#detach(reason === 'run-deadline');
    this.#options.residency.leave(this);
    if (this.#closing.signal.aborted) return;
    if (!planned) {
      this.#restarts += 1;
      this.#policy.failed(nowMs);
      const retryAfterMs = this.#policy.refusedForMs(nowMs);
      if (retryAfterMs > 0) this.#batcher.failWaiting(engineErrors.CIRCUIT_OPEN({ label: this.#options.model.label, retryAfterMs }));
    }
    if (this.#wanted) this.#wake();
  }

  #detach(stalled: boolean): void {
    if (this.#lane) this.#batcher.detach(this.#lane, stalled);
    this.#lane = undefined;
  }

  #startFailed(error: unknown): void {
    const { log, model } = this.#options;
    this.#state = 'closed';
    if (this.#closing.signal.aborted) return;
    const failure = this.#forCallers(error);
    // That there is no room says nothing about the model.
    if (failure.code !== 'ENGINE.MEMORY_INSUFFICIENT') this.#policy.failed(performance.now());
    log.error({ label: model.label, code: failure.code, error: error instanceof Error ? error.message : String(error) }, 'model could not be loaded');
    this.#batcher.failWaiting(failure);
    this.#loadEnded(failure);
  }

  /** What the process wrote is for the log; a caller is not its provider. */
  #forCallers(error: unknown): AppError {
    const { label } = this.#options.model;
    if (!(error instanceof AppError)) return engineErrors.LOAD_FAILED({ label, reason: 'its files could not be prepared' }, error);
    if (error.details?.stderr === undefined) return error;
    return engineErrors.LOAD_FAILED({ label, reason: String(error.details.reason) });
  }
}
