import type { AppError } from '@steelyard/kernel';
import { engineErrors } from '../errors.js';
import { Alarm } from './alarm.js';
import type { BatchLink, BatchResult, BatchRules } from './batch-link.js';
import { BatchSizer } from './batch-sizer.js';
import { Deque } from './deque.js';
import { FairQueue } from './fair-queue.js';
import { HangWatch } from './hang-watch.js';
import type { Job } from './job.js';

export interface BatcherOptions {
  readonly label: string;
  readonly queuedPerTenant: number;
  readonly queuedBytesPerTenant: number;
  readonly batchBytes: number;
  readonly batchMs: number;
  readonly batchesInFlight: number;
  readonly killGraceMs: number;
  /** The runner has worked on a batch for longer than it may: end it. `detach` is expected to follow. */
  onStalled(): void;
  /** Nothing waits and nothing is in flight; or, after `pause`, nothing is in flight. */
  onIdle(): void;
  onBatch(fields: { size: number; queueMs: number; computeMs: number }): void;
}

interface Batch {
  readonly jobs: readonly Job[];
  readonly sentAtMs: number;
}

const MAX_CRASHES = 2;

/**
 * Brings waiting calls to a runner in batches. Eager: whatever waits when the runner has room goes at once; batches grow
 * by themselves while the runner is busy, as far as that pays, and no call waits for a timer.
 *
 * When a runner is lost, all calls that it had are suspects and are tried again one at a time, so that one poisonous
 * input fails alone. (Which batch it worked on is not known: answers may have been lost with it.) The same goes for a
 * batch over which the model threw: one input may spoil it for the others.
 */
export class Batcher {
  readonly #options: BatcherOptions;
  readonly #queue: FairQueue<Job>;
  readonly #suspects = new Deque<Job>();
  readonly #alarm: Alarm;
  /** In the order in which they were sent, which is the order in which the runner works. */
  readonly #inFlight: Batch[] = [];
  readonly #pumpLater = () => {
    this.#scheduled = false;
    this.#pump();
  };
  #link: BatchLink | undefined;
  #rules: BatchRules = { maxSize: 1, maxDelayMs: 0, runMs: Infinity };
  #scheduled = false;
  #paused = false;
  #delay: NodeJS.Timeout | undefined;
  #watch = new HangWatch(Infinity, 0);
  #sizer = new BatchSizer(1, Infinity);

  constructor(options: BatcherOptions) {
    this.#options = options;
    this.#queue = new FairQueue({ quantum: 1, itemsPerTenant: options.queuedPerTenant, bytesPerTenant: options.queuedBytesPerTenant });
    this.#alarm = new Alarm((nowMs) => this.#sweep(nowMs));
  }

  /** Calls that wait for a batch. */
  get waiting(): number {
    return this.#queue.size + this.#suspects.size;
  }

  /** Calls in batches that the runner has. */
  get running(): number {
    return this.#inFlight.reduce((sum, { jobs }) => sum + jobs.length, 0);
  }

  get idle(): boolean {
    return this.#inFlight.length === 0 && this.waiting === 0;
  }

  /** False when the tenant's line is full. */
  add(job: Job): boolean {
    if (!this.#queue.push(job)) return false;
    job.inQueue = true;
    this.#alarm.want(job.dueAtMs);
    if (this.#link) this.#schedule();
    return true;
  }

  queuedOf(tenantId: string): number {
    return this.#queue.sizeOf(tenantId);
  }

  /** Nobody waits for this call any more. In a batch it runs to its end unheard; in the queue it is dropped. */
  drop(job: Job, error: AppError): void {
    if (job.settled) return;
    job.fail(error);
    if (job.inQueue) this.#queue.forget(job);
    job.inQueue = false;
  }

  attach(link: BatchLink, rules: BatchRules): void {
    this.#link = link;
    this.#paused = false;
    // What was learned of the model holds for its next runner too.
    if (rules.maxSize !== this.#rules.maxSize) this.#sizer = new BatchSizer(rules.maxSize, this.#options.batchMs);
    this.#rules = rules;
    this.#watch = new HangWatch(rules.runMs, this.#options.killGraceMs);
    this.#pump();
  }

  /** The runner is given no further batch. */
  pause(): void {
    this.#paused = true;
    if (this.#inFlight.length === 0) this.#options.onIdle();
  }

  /** The runner is gone. `stalled` when it was ended because a batch took too long. */
  detach(stalled: boolean): void {
    this.#link = undefined;
    clearTimeout(this.#delay);
    this.#delay = undefined;
    const lost = this.#inFlight.splice(0).flatMap(({ jobs }) => jobs);
    for (const job of lost) this.#suspect(job, stalled && lost.length === 1);
  }

  /** Fails all that waits. What is in flight is left alone. */
  failWaiting(error: AppError): void {
    for (const job of [...this.#queue, ...this.#suspects]) this.drop(job, error);
    this.#suspects.retain(() => false);
  }

  /** Fails everything and stops. */
  close(error: AppError): void {
    this.detach(false);
    this.failWaiting(error);
    this.#alarm.stop();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#pumpLater);
  }

  #pump(): void {
    const link = this.#link;
    if (!link || !this.#mayGo()) return;
    let sent = false;
    for (let batch = this.#next(); batch; batch = this.#next()) {
      this.#send(link, batch);
      sent = true;
    }
    if (sent) link.flush();
    else if (this.idle || (this.#paused && this.#inFlight.length === 0)) this.#options.onIdle();
  }

  /** With a delay set, waits until a batch is full or the delay is over. */
  #mayGo(): boolean {
    const { maxDelayMs, maxSize } = this.#rules;
    if (maxDelayMs <= 0 || this.#queue.size >= maxSize || this.#suspects.size > 0) return true;
    if (this.#queue.size === 0) return true;
    if (this.#delay) return false;
    this.#delay = setTimeout(() => {
      if (this.#link) this.#collectAfterDelay(this.#link);
    }, maxDelayMs).unref();
    return false;
  }

  #collectAfterDelay(link: BatchLink): void {
    this.#delay = undefined;
    const batch = this.#next();
    if (!batch) return;
    this.#send(link, batch);
    link.flush();
  }

  #next(): Job[] | undefined {
    const inFlight = this.#inFlight.length;
    if (this.#paused || inFlight >= this.#options.batchesInFlight) return undefined;
    const nowMs = performance.now();
    if (inFlight > 0 && !this.#sizer.isQuick(nowMs)) return undefined;
    if (this.#suspects.size > 0) {
      // Alone in the runner: if it is lost again, it is known to whom.
      if (inFlight > 0) return undefined;
      const suspect = this.#takeSuspect(nowMs);
      if (suspect) return [suspect];
    }
    if (this.#inFlight[0]?.jobs[0]?.alone) return undefined;
    const batch = this.#collect(nowMs);
    return batch.length > 0 ? batch : undefined;
  }

  #collect(nowMs: number): Job[] {
    const batch: Job[] = [];
    let bytes = 0;
    const size = this.#sizer.limit(nowMs);
    while (batch.length < size && bytes < this.#options.batchBytes) {
      const job = this.#takeQueued(nowMs);
      if (!job) break;
      batch.push(job);
      bytes += job.bytes;
    }
    return batch;
  }

  #takeQueued(nowMs: number): Job | undefined {
    for (let job = this.#queue.shift(); job; job = this.#queue.shift()) {
      job.inQueue = false;
      if (job.dueAtMs > nowMs) return job;
      job.fail(this.#late());
    }
    return undefined;
  }

  #takeSuspect(nowMs: number): Job | undefined {
    for (let job = this.#suspects.shift(); job; job = this.#suspects.shift()) {
      if (!job.settled && job.dueAtMs > nowMs) return job;
      job.fail(this.#late());
    }
    return undefined;
  }

  #send(link: BatchLink, jobs: readonly Job[]): void {
    const batch = { jobs, sentAtMs: performance.now() };
    this.#inFlight.push(batch);
    if (this.#inFlight.length === 1) this.#begin(batch.sentAtMs);
    link.run(jobs, (result) => this.#done(batch, result));
  }

  #begin(nowMs: number): void {
    this.#watch.began(nowMs);
    this.#alarm.want(this.#watch.hungAtMs(false));
  }

  #done(batch: Batch, { answers, computeMs }: BatchResult): void {
    const place = this.#inFlight.indexOf(batch);
    if (place === -1) return;
    const nowMs = performance.now();
    this.#inFlight.splice(place, 1);
    if (place === 0) {
      this.#sizer.observe(batch.jobs.length, this.#watch.ended(nowMs), nowMs);
      if (this.#inFlight.length > 0) this.#begin(nowMs);
    }
    if (failedAsOne(batch.jobs, answers)) for (const job of batch.jobs) this.#isolate(job);
    else this.#answer(batch.jobs, { answers, computeMs }, nowMs);
    this.#pump();
  }

  #answer(jobs: readonly Job[], { answers, computeMs }: BatchResult, nowMs: number): void {
    const size = jobs.length;
    let queueMs = 0;
    for (const [i, job] of jobs.entries()) {
      const waitedMs = Math.max(nowMs - job.queuedAtMs - computeMs, 0);
      queueMs = Math.max(queueMs, waitedMs);
      const answer = answers[i];
      if (answer instanceof Uint8Array) job.answer({ output: answer, timings: { queueMs: waitedMs, computeMs, batchSize: size, coldStartMs: 0, parts: 0 } });
      else job.fail(answer ?? this.#lost('it gave no answer'));
    }
    this.#options.onBatch({ size, queueMs, computeMs });
  }

  #suspect(job: Job, certain: boolean): void {
    if (job.settled) return;
    const { label } = this.#options;
    job.crashes += 1;
    if (certain) job.fail(engineErrors.DEADLINE_EXCEEDED({ label, reason: `the model took longer than its limit of ${this.#rules.runMs} ms` }));
    else if (job.crashes >= MAX_CRASHES) job.fail(this.#lost('it ended twice while it worked on this call'));
    else this.#isolate(job);
  }

  #isolate(job: Job): void {
    job.alone = true;
    this.#suspects.push(job);
  }

  /** Fails what is late, ends a hung runner, and says when to look again. */
  #sweep(nowMs: number): number {
    let nextMs = Infinity;
    const look = (job: Job) => {
      if (job.settled) return;
      if (job.dueAtMs <= nowMs) this.drop(job, this.#late());
      else nextMs = Math.min(nextMs, job.dueAtMs);
    };
    for (const job of [...this.#queue]) look(job);
    for (const job of this.#suspects) look(job);
    for (const { jobs } of this.#inFlight) for (const job of jobs) look(job);
    const [first] = this.#inFlight;
    const hungAtMs = first ? this.#watch.hungAtMs(first.jobs.every(({ settled }) => settled)) : Infinity;
    if (hungAtMs > nowMs) return Math.min(nextMs, hungAtMs);
    this.#options.onStalled();
    return nextMs;
  }

  #lost(reason: string): AppError {
    return engineErrors.RUNNER_LOST({ label: this.#options.label, reason });
  }

  #late(): AppError {
    return engineErrors.DEADLINE_EXCEEDED({ label: this.#options.label, reason: 'its deadline has passed' });
  }
}

/** Whether the model threw over a whole batch, rather than answering for each item. */
function failedAsOne(jobs: readonly Job[], answers: readonly (Uint8Array | AppError)[]): boolean {
  if (jobs.length < 2 || jobs.every(({ settled }) => settled)) return false;
  return answers.every((answer, i) => jobs[i]?.settled || (!(answer instanceof Uint8Array) && answer.code === 'RUNTIME.RUN_FAILED'));
}
