import type { Job } from './job.js';

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

  sent(jobs: readonly Job[]): void {
    if (this.#watched.size === 0) return;
    for (const job of jobs) {
      if (this.#watched.delete(job)) job.tell('running');
    }
  }

  dropped(job: Job): void {
    if (job.watched) this.#watched.delete(job);
  }

  coldStartMs({ queuedAtMs }: Job): number {
    return queuedAtMs < this.#readyAtMs ? this.#readyAtMs - Math.max(queuedAtMs, this.#coldAtMs) : 0;
  }
}
