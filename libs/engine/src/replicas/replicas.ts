import { availableParallelism } from 'node:os';
import type { MaterializedModel } from '../engine-host.js';
import type { RunnerStatus } from '../engine-status.js';
import type { BusyRunners, Lane } from '../queue/lane.js';
import { estimateMemory } from '../residency/estimate-memory.js';
import type { Place } from '../residency/residency.js';
import { chooseThreads, Replica, type ReplicaContext } from './replica.js';
import { Saturation } from './saturation.js';

export interface ReplicasOptions extends ReplicaContext {
  readonly busy: BusyRunners;
  /** Whether this is a time to start a further runner. */
  readonly mayGrow: () => boolean;
  /** A further runner could not be loaded. */
  readonly onFailed: (error: unknown) => void;
}

/**
 * The runners of one model version. The first is for whoever asks. Another is added while the ones there have more to do
 * than they can, a core is free, and the version was measured to be quicker by it; it ends when it has nothing to do.
 *
 * Threads are fixed when a runner is loaded. One that was loaded with more, to have the machine to itself, retires when
 * another has come to its side, unless it is pinned: the next one has its share only.
 */
export class Replicas {
  readonly #options: ReplicasOptions;
  readonly #context: ReplicaContext;
  readonly #saturation: Saturation;
  /** Starting, at work, or ending. */
  readonly #all: Replica[] = [];
  #materialized: MaterializedModel | undefined;
  #growing = false;
  /** A batch of calls from before this says nothing of the runners that there are now. */
  #changedAtMs = 0;
  #coldStartMs: number | undefined;
  #memoryBytes: number | undefined;

  constructor(options: ReplicasOptions) {
    this.#options = options;
    this.#saturation = new Saturation(options.limits.batchMs);
    this.#context = {
      ...options,
      onEnded: (replica, exit, planned) => {
        this.#remove(replica);
        options.onEnded(replica, exit, planned);
      },
    };
  }

  get size(): number {
    return this.#all.length;
  }

  /** Whether one takes calls. */
  get ready(): boolean {
    return this.#all.some(({ ready }) => ready);
  }

  get evictable(): boolean {
    return this.#all.length > 0 && this.#all.every(({ evictable }) => evictable);
  }

  /** Of the latest load. */
  get coldStartMs(): number | undefined {
    return this.#coldStartMs;
  }

  get status(): RunnerStatus[] {
    return this.#all.map(({ status }) => status);
  }

  of(lane: Lane): Replica | undefined {
    return this.#all.find((replica) => replica.owns(lane));
  }

  /** A place in memory as one of these needs it, by measurement where one was loaded before. */
  async placeFor(materialized: MaterializedModel, replica: boolean): Promise<Place> {
    const { digest, label } = this.#options.model;
    return { digest, label, device: 'cpu', bytes: this.#memoryBytes ?? (await estimateMemory(materialized)), replica };
  }

  /** Starts a runner where there is none, when there is room for it, unless it is not wanted any more by then. */
  async startFirst(materialized: MaterializedModel, isWanted: () => boolean): Promise<void> {
    const { residency, batcher } = this.#options;
    this.#materialized = materialized;
    const replica = this.#add(materialized);
    try {
      await residency.admit(replica, await this.placeFor(materialized, false));
      if (!isWanted()) return this.#remove(replica);
      batcher.loading();
      await this.#start(replica);
    } catch (error) {
      this.#remove(replica);
      throw error;
    }
  }

  /** A runner's lane has nothing to do. */
  idle(lane: Lane): void {
    this.of(lane)?.idle();
    this.#options.residency.makeRoom();
  }

  /** A runner has answered a batch. */
  worked(lane: Lane, { queueMs, computeMs }: { queueMs: number; computeMs: number }): void {
    const nowMs = performance.now();
    const replica = this.of(lane);
    if (replica) {
      replica.usedAtMs = nowMs;
      replica.measure();
      this.#memoryBytes = replica.memoryBytes;
    }
    if (this.#replicasMax <= this.#all.length || nowMs - queueMs - computeMs < this.#changedAtMs) return;
    if (this.#saturation.observe({ queueMs, computeMs }, nowMs)) this.#grow();
  }

  evict(): void {
    for (const replica of this.#all) replica.evict('evicted');
  }

  trim(idleBeforeMs: number): void {
    for (const replica of this.#all.slice(1).reverse()) {
      const others = this.#all.filter((other) => other !== replica && other.ready);
      if (others.length > 0 && replica.isIdleSince(idleBeforeMs)) replica.evict('idle');
    }
  }

  get #replicasMax(): number {
    return this.#materialized?.tuning?.replicas ?? 1;
  }

  #grow(): void {
    const { busy, mayGrow, onFailed } = this.#options;
    if (this.#growing || !this.#materialized || busy.count >= availableParallelism() || !mayGrow()) return;
    this.#growing = true;
    this.#saturation.reset();
    this.#addFurther(this.#materialized).catch(onFailed).finally(() => (this.#growing = false));
  }

  async #addFurther(materialized: MaterializedModel): Promise<void> {
    const { residency } = this.#options;
    const place = await this.placeFor(materialized, true);
    const replica = this.#add(materialized);
    if (!residency.tryAdmit(replica, place)) return this.#remove(replica);
    try {
      await this.#start(replica);
    } catch (error) {
      this.#remove(replica);
      throw error;
    }
    if (residency.isPinned(place.digest)) return;
    for (const other of this.#all) if (other.ready && other.threads > replica.threads) other.retire();
  }

  #add(materialized: MaterializedModel): Replica {
    const { limits, busy, batcher } = this.#options;
    const threads = chooseThreads(materialized.tuning, limits.threads, { busy: busy.count, waiting: batcher.waiting, replicas: this.#all.length });
    const replica = new Replica(this.#context, { materialized, threads });
    this.#all.push(replica);
    return replica;
  }

  async #start(replica: Replica): Promise<void> {
    await replica.start();
    this.#coldStartMs = replica.coldStartMs;
    this.#memoryBytes = replica.memoryBytes;
    this.#changedAtMs = performance.now();
  }

  /** Its place is given back, whether it had one or waits for one. */
  #remove(replica: Replica): void {
    const place = this.#all.indexOf(replica);
    if (place !== -1) this.#all.splice(place, 1);
    this.#options.residency.leave(replica);
  }
}
