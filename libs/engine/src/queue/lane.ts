import type { BatchLink, BatchResult, BatchRules } from './batch-link.js';
import type { BatchSizer } from './batch-sizer.js';
import { HangWatch } from './hang-watch.js';
import type { Job } from './job.js';

export interface Batch {
  readonly lane: Lane;
  readonly jobs: readonly Job[];
  readonly sentAtMs: number;
  /** Its name on the link. */
  run: number;
  /** It took longer than its model's limit, and its only call was told so. */
  overdue: boolean;
}

/** How many runners, of any model, are at work. */
export interface BusyRunners {
  count: number;
}

export interface LaneOptions {
  readonly link: BatchLink;
  readonly rules: BatchRules;
  readonly sizer: BatchSizer;
  readonly batchesInFlight: number;
  readonly killGraceMs: number;
  readonly busy: BusyRunners;
}

/**
 * One runner as its queue sees it: what it has in flight, whether it can take more, and when it is to be taken for hung.
 * Times are of `performance.now()`.
 */
export class Lane {
  readonly link: BatchLink;
  readonly rules: BatchRules;
  /** In the order in which they were sent. A runner works in this order, unless it is continuous. */
  readonly inFlight: Batch[] = [];
  idleSinceMs = performance.now();
  /** It is given nothing more. */
  paused = false;
  readonly #options: LaneOptions;
  readonly #watch: HangWatch;

  constructor(options: LaneOptions) {
    const { link, rules, killGraceMs } = options;
    this.#options = options;
    this.link = link;
    this.rules = rules;
    this.#watch = new HangWatch(rules.runMs, killGraceMs);
  }

  get idle(): boolean {
    return this.inFlight.length === 0;
  }

  /** Calls that the runner has. */
  get running(): number {
    return this.inFlight.reduce((sum, { jobs }) => sum + jobs.length, 0);
  }

  /** What its runner works on now: what was sent first, or all of it where it is continuous. */
  get working(): readonly Batch[] {
    return this.rules.continuous ? this.inFlight : this.inFlight.slice(0, 1);
  }

  /** Whether another batch should go to it now. */
  hasRoom(nowMs: number): boolean {
    if (this.paused) return false;
    const [first] = this.inFlight;
    if (!first) return true;
    if (first.jobs[0]?.alone) return false;
    const count = this.inFlight.length;
    if (this.rules.continuous) return count < this.rules.maxSize;
    return count < this.#options.batchesInFlight && this.#options.sizer.isQuick(nowMs);
  }

  /** The largest batch to send now. */
  limit(nowMs: number): number {
    return this.rules.continuous ? 1 : this.#options.sizer.limit(nowMs);
  }

  send(jobs: readonly Job[], done: (batch: Batch, result: BatchResult) => void): Batch {
    const batch: Batch = { lane: this, jobs, sentAtMs: performance.now(), run: 0, overdue: false };
    this.inFlight.push(batch);
    if (this.inFlight.length === 1) {
      this.#watch.began(batch.sentAtMs);
      this.#options.busy.count += 1;
    }
    for (const job of jobs) job.batch = batch;
    batch.run = this.link.run(jobs, (result) => done(batch, result));
    return batch;
  }

  cancel(job: Job): void {
    const { batch } = job;
    if (batch) this.link.cancel(batch.run, batch.jobs.indexOf(job));
  }

  /** The runner is gone; gives what it had. */
  end(): Batch[] {
    if (!this.idle) this.#rest(performance.now());
    return this.inFlight.splice(0);
  }

  /**
   * How long the runner had it; undefined when it does not. Sizes are judged by the runner's own time where it tells it: seen from
   * here, an answer that lies unread while this process is busy looks like a slow model.
   */
  ended(batch: Batch, nowMs: number, workMs: number | undefined): number | undefined {
    const place = this.inFlight.indexOf(batch);
    if (place === -1) return undefined;
    this.inFlight.splice(place, 1);
    if (this.inFlight.length === 0) this.#rest(nowMs);
    if (this.rules.continuous) return nowMs - batch.sentAtMs;
    const abandoned = isAbandoned(batch);
    const tookMs = this.#watch.ended(nowMs, abandoned);
    if (!abandoned) this.#options.sizer.observe(batch.jobs.length, Math.min(tookMs, workMs ?? tookMs), nowMs);
    if (this.inFlight.length > 0) this.#watch.began(nowMs);
    return tookMs;
  }

  /** Those of one call that have now taken longer than the model's limit: the call is to be told so, and may be stopped. */
  overdue(nowMs: number): Batch[] {
    return this.working.filter((batch) => !batch.overdue && batch.jobs.length === 1 && this.#dueAtMs(batch) <= nowMs);
  }

  /** When the runner is to be ended, unless something is answered before. */
  hungAtMs(): number {
    if (this.rules.continuous) {
      // A neighbour's run is not cut short for one that was merely given up: only the model's limit ends the runner.
      const overdue = this.inFlight.filter((batch) => batch.overdue);
      return overdue.reduce((atMs, batch) => Math.min(atMs, this.#dueAtMs(batch) + this.#options.killGraceMs), Infinity);
    }
    const [first] = this.inFlight;
    return first ? this.#watch.hungAtMs(isAbandoned(first)) : Infinity;
  }

  /** When something may be overdue or hung. */
  nextLookMs(): number {
    const waiting = this.working.filter(({ overdue, jobs }) => !overdue && jobs.length === 1);
    return waiting.reduce((atMs, batch) => Math.min(atMs, this.#dueAtMs(batch)), this.hungAtMs());
  }

  #rest(nowMs: number): void {
    this.idleSinceMs = nowMs;
    this.#options.busy.count -= 1;
  }

  #dueAtMs(batch: Batch): number {
    return (this.rules.continuous ? batch.sentAtMs : this.#watch.beganAtMs) + this.rules.runMs;
  }
}

/** Nobody waits for it any more. */
function isAbandoned({ jobs }: Batch): boolean {
  return jobs.every(({ settled }) => settled);
}
