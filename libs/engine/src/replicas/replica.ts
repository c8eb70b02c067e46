import type { Tuning } from '@steelyard/model-package';
import type { EngineLog, EngineMetrics, MaterializedModel, ModelHandle } from '../engine-host.js';
import type { RunnerStatus } from '../engine-status.js';
import type { EngineLimits } from '../limits.js';
import type { BatchRules } from '../queue/batch-link.js';
import type { Batcher } from '../queue/batcher.js';
import type { Lane } from '../queue/lane.js';
import { needsOf, type Needs } from '../residency/needs.js';
import type { Choice, Placement } from '../residency/placement.js';
import type { Residency, Resident } from '../residency/residency.js';
import { loadModel, type LoadResult } from '../supervision/load-model.js';
import type { Launched, RunnerLauncher } from '../supervision/runner-launcher.js';
import type { RunnerExit } from '../supervision/runner-process.js';
import type { RuntimeDescriptions } from '../supervision/runtime-descriptions.js';

/** What all replicas of a model version share. */
export interface ReplicaContext {
  readonly model: ModelHandle;
  readonly launcher: RunnerLauncher;
  readonly descriptions: RuntimeDescriptions;
  readonly placement: Placement;
  readonly residency: Residency;
  readonly limits: EngineLimits;
  readonly log: EngineLog;
  readonly metrics: EngineMetrics;
  readonly batcher: Batcher;
  /** The runner is gone. `planned` when it was asked to go. */
  readonly onEnded: (replica: Replica, exit: RunnerExit, planned: boolean) => void;
}

export interface ReplicaOptions {
  readonly materialized: MaterializedModel;
  readonly choice: Choice;
  /** Fixed when the model is loaded. */
  readonly threads: number;
}

/** One runner of a model version, from its start to its end. */
export class Replica implements Resident {
  usedAtMs = performance.now();
  readonly threads: number;
  readonly #context: ReplicaContext;
  readonly #materialized: MaterializedModel;
  readonly #choice: Choice;
  #launched: Launched | undefined;
  #lane: Lane | undefined;
  /** That really runs it, once it is loaded. */
  #device: string;
  /** What it takes, once it is loaded. */
  #needs: Needs;
  #coldStartMs: number | undefined;
  #leaving = false;

  constructor(context: ReplicaContext, { materialized, choice, threads }: ReplicaOptions) {
    this.#context = context;
    this.#materialized = materialized;
    this.#choice = choice;
    this.#device = choice.device;
    this.#needs = choice.place.needs;
    this.threads = threads;
  }

  get evictable(): boolean {
    return this.ready && this.#lane?.idle === true && this.#context.batcher.waiting === 0;
  }

  /** Takes calls. */
  get ready(): boolean {
    return this.#lane !== undefined && !this.#leaving;
  }

  /** Start of the process and load of the model, in milliseconds; undefined until then. */
  get coldStartMs(): number | undefined {
    return this.#coldStartMs;
  }

  get device(): string {
    return this.#device;
  }

  /** By measurement once it is loaded. */
  get needs(): Needs {
    return this.#needs;
  }

  get status(): RunnerStatus {
    return {
      pid: this.#launched?.process.pid,
      state: this.#leaving ? 'closing' : this.#lane ? 'ready' : 'starting',
      device: this.#device,
      deviceReason: this.#deviceReason,
      threads: this.threads,
      memoryBytes: this.#lane ? (this.#needs['cpu'] ?? 0) : 0,
      deviceMemoryBytes: this.#lane && this.#device !== 'cpu' ? this.#needs[this.#device] : undefined,
      inFlight: this.#lane?.running ?? 0,
      protections: this.#launched?.protections ?? [],
    };
  }

  get #deviceReason(): string | undefined {
    const { device, why } = this.#choice;
    return this.#device === device ? why : `asked for ${device}, its runtime took ${this.#device}`;
  }

  owns(lane: Lane): boolean {
    return this.#lane === lane;
  }

  /** Has nothing to do since before this; of `performance.now()`. */
  isIdleSince(nowMs: number): boolean {
    return this.evictable && this.#lane!.idleSinceMs <= nowMs;
  }

  /** Starts a runner and loads the model. Needs a place in memory. When it fails, nothing is left of the runner. */
  async start(): Promise<void> {
    const { launcher, model } = this.#context;
    const { manifest, dir } = this.#materialized;
    const startedAtMs = performance.now();
    const { runtime, resources } = manifest;
    const launched = await launcher.launch({ label: model.label, runtimeName: runtime.name, memoryMb: resources.memoryMb, modelDir: dir });
    this.#launched = launched;
    const result = await this.#load(launched);
    this.#coldStartMs = performance.now() - startedAtMs;
    this.#attach(launched, result);
  }

  /** To be called now and then: what its runner says that it takes. */
  measure(): void {
    const bytes = this.#launched?.process.link.memoryBytes ?? 0;
    if (bytes > 0) this.#measured({ ...this.#needs, cpu: bytes });
  }

  kill(reason: string): void {
    this.#launched?.process.kill(reason);
  }

  evict(reason: 'evicted' | 'idle'): void {
    const { batcher, limits } = this.#context;
    if (!this.#launched || !this.#lane) return;
    this.#leaving = true;
    batcher.detach(this.#lane, false);
    void this.#launched.process.close(reason, limits.closeGraceMs);
  }

  /** No further batch; it ends when the runner has answered what it has. */
  retire(): void {
    if (!this.#lane || this.#leaving) return;
    this.#leaving = true;
    this.#context.batcher.pause(this.#lane);
  }

  /** Its lane has nothing to do: the end, when it was to go. */
  idle(): void {
    if (this.#leaving) this.evict('evicted');
  }

  async #load({ process }: Launched): Promise<LoadResult> {
    const { model, descriptions, limits } = this.#context;
    try {
      return await loadModel(process, { label: model.label, model: this.#materialized, device: this.#choice.device, descriptions, limits, threads: this.threads });
    } catch (error) {
      process.kill('load-failed');
      await process.exited;
      throw error;
    }
  }

  #attach({ process, startMs }: Launched, { loaded, described }: LoadResult): void {
    const { batcher, log, metrics, model } = this.#context;
    const { device, loadMs, memoryBytes } = loaded;
    const { label } = model;
    this.#device = device;
    this.usedAtMs = performance.now();
    log.info({ label, pid: process.pid, startMs, loadMs, memoryBytes, device, reason: this.#deviceReason, threads: this.threads }, 'model loaded');
    metrics.loaded({ label, device, startMs, loadMs, memoryBytes });
    this.#lane = batcher.prepare(process.link, rulesOf(this.#materialized, described.capabilities));
    void process.exited.then((exit) => this.#ended(this.#lane!, exit));
    batcher.attach(this.#lane);
    this.#measured(needsOf(loaded, this.#choice.place.needs));
  }

  #ended(lane: Lane, exit: RunnerExit): void {
    const { batcher, residency, onEnded } = this.#context;
    const planned = this.#leaving;
    this.#leaving = true;
    batcher.detach(lane, exit.reason === 'run-deadline');
    residency.leave(this);
    onEnded(this, exit, planned);
  }

  #measured(needs: Needs): void {
    this.#needs = needs;
    this.#context.residency.measured(this, needs);
  }
}

function rulesOf({ manifest, tuning }: MaterializedModel, capabilities: LoadResult['described']['capabilities']): BatchRules {
  const { batching, limits } = manifest;
  const { continuous = false } = capabilities;
  const maxSize = capabilities.batching || continuous ? Math.min(tuning?.batchSize ?? batching.maxSize, batching.maxSize) : 1;
  return { maxSize, maxDelayMs: batching.maxDelayMs, runMs: limits.runMs, continuous };
}

export interface Surroundings {
  /** Runners of any model that are at work. */
  readonly busy: number;
  /** Calls of the model that wait. */
  readonly waiting: number;
  /** Runners that the model has already. */
  readonly replicas: number;
}

/** Threads of a runner that is about to be loaded: more where it has the machine to itself and little to do. */
export function chooseThreads(tuning: Tuning | undefined, threads: number, { busy, waiting, replicas }: Surroundings): number {
  if (!tuning) return threads;
  const isAlone = replicas === 0 && busy === 0 && waiting <= tuning.batchSize;
  return isAlone ? Math.max(tuning.threadsAlone, tuning.threads) : tuning.threads;
}
