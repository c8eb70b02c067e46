import { availableParallelism } from 'node:os';
import type { MaterializedModel } from '../engine-host.js';
import type { RunnerStatus } from '../engine-status.js';
import type { BusyRunners, Lane } from '../queue/lane.js';
import type { Choice, PlacementRequest } from '../residency/placement.js';
import type { Place } from '../residency/residency.js';
import { chooseThreads, Replica, type ReplicaContext } from './replica.js';
import { Saturation } from './saturation.js';

export interface ReplicasOptions extends ReplicaContext {
  readonly busy: BusyRunners;
  /** Whether this is a time to start a further runner. */
  readonly mayGrow: () => boolean;
  /** A runner, the first or a further one, takes calls. */
  readonly onLoaded: () => void;
  /** A further runner could not be loaded. It is none of them any more. */
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
  /** Of the latest that was loaded. */
  #known: PlacementRequest['known'];
  /** As long as the engine knows of the version. */
  readonly #failures: PlacementRequest['failures'] = new Map();

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

  /** The place in memory that the first of these has, or would ask for, by measurement where one was loaded before. */
  async placeFor(materialized: MaterializedModel): Promise<Place> {
    const first = this.#all.find(({ ready }) => ready);
    return first ? { ...this.#options.model, needs: first.needs } : (await this.#options.placement.choose(this.#request(materialized))).place;
  }

  /** Starts a runner where there is none, when there is room for it, unless it is not wanted any more by then. */
  async startFirst(materialized: MaterializedModel, isWanted: () => boolean): Promise<void> {
    const { residency, batcher, placement } = this.#options;
    this.#materialized = materialized;
    await placement.attempt(this.#request(materialized), async (choice) => {
      const replica = this.#add(materialized, choice);
      try {
        await residency.admit(replica, choice.place);
        if (!isWanted()) return this.#remove(replica);
        batcher.loading();
        await this.#start(replica);
      } catch (error) {
        this.#remove(replica);
        throw error;
      }
    });
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
      this.#known = { device: replica.device, needs: replica.needs };
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

  /** Another on an accelerator would hold its weights once more and take turns with the first. */
  get #replicasMax(): number {
    return this.#known?.device === 'cpu' ? (this.#materialized?.tuning?.replicas ?? 1) : 1;
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
    const first = this.#all.find(({ ready }) => ready);
    if (!first) return;
    const place: Place = { ...this.#options.model, needs: first.needs, replica: true };
    const replica = this.#add(materialized, { device: first.device, place });
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

  #request(model: MaterializedModel): PlacementRequest {
    return { ...this.#options.model, model, failures: this.#failures, known: this.#known };
  }

  #add(materialized: MaterializedModel, choice: Choice): Replica {
    const { limits, busy, batcher } = this.#options;
    const threads = chooseThreads(materialized.tuning, limits.threads, { busy: busy.count, waiting: batcher.waiting, replicas: this.#all.length });
    const replica = new Replica(this.#context, { materialized, choice, threads });
    this.#all.push(replica);
    return replica;
  }

  async #start(replica: Replica): Promise<void> {
    await replica.start();
    this.#coldStartMs = replica.coldStartMs;
    this.#known = { device: replica.device, needs: replica.needs };
    this.#changedAtMs = performance.now();
    this.#options.onLoaded();
  }

  /** Its place is given back, whether it had one or waits for one. */
  #remove(replica: Replica): void {
    const place = this.#all.indexOf(replica);
    if (place !== -1) this.#all.splice(place, 1);
    this.#options.residency.leave(replica);
  }
}
