import type { Job } from './job.js';
import type { Batch } from './lane.js';

/** What calls wait for, told to those who want to hear of it, and how long they waited for a cold start. Times are of `performance.now()`. */
export class CallStates {
  /** Calls that wait and that somebody wants to hear of. */
  readonly #watched = new Set<Job>();
  #isLoading = false;
  /** The latest cold start. */
  #coldAtMs = 0;
  #readyAtMs = 0;

  /** `warm`: a runner is there, so that it may be taken before it has to wait. */
  added(job: Job, warm: boolean): void {
    if (!job.watched) return;
    this.#watched.add(job);
    if (!warm) job.tell(this.#isLoading ? 'loading' : 'queued');
  }

  /** The runners took what they could. */
  pumped(): void {
    for (const job of this.#watched) job.tell('queued');
  }

  /** There is no runner, and one is being loaded. */
  loading(): void {
    this.#isLoading = true;
    this.#coldAtMs = performance.now();
    for (const job of this.#watched) job.tell('loading');
  }

  /** The first runner is there. */
  ready(): void {
    this.#isLoading = false;
    this.#readyAtMs = performance.now();
  }

  notLoaded(): void {
    this.#isLoading = false;
  }

  /** A runner works on these: one that waits in its lane behind another batch is not among them. */
  running(batches: readonly Pick<Batch, 'jobs'>[]): void {
    if (this.#watched.size === 0) return;
    for (const { jobs } of batches) {
      for (const job of jobs) if (this.#watched.delete(job)) job.tell('running');
    }
  }

  /** A runner had it and is lost, or its batch failed as a whole: it waits again, and is not running until a runner has it anew. */
  again(job: Job): void {
    if (!job.watched) return;
    if (!this.#watched.has(job)) {
      this.#watched.add(job);
      job.restart();
    }
    job.tell(this.#isLoading ? 'loading' : 'queued');
  }

  dropped(job: Job): void {
    if (job.watched) this.#watched.delete(job);
  }

  coldStartMs({ queuedAtMs }: Job): number {
    return queuedAtMs < this.#readyAtMs ? this.#readyAtMs - Math.max(queuedAtMs, this.#coldAtMs) : 0;
  }
}
