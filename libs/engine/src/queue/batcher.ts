import type { AppError } from '@steelyard/kernel';
import type { EngineLimits } from '../limits.js';
import { Alarm } from './alarm.js';
import type { BatchLink, BatchResult, BatchRules } from './batch-link.js';
import { BatchSizer } from './batch-sizer.js';
import { CallErrors } from './call-errors.js';
import { CallStates } from './call-states.js';
import { FairQueue } from './fair-queue.js';
import type { Job } from './job.js';
import { Lane, type Batch, type BusyRunners } from './lane.js';
import { Pace } from './pace.js';
import { failedAsOne, Retries } from './retries.js';

type QueueLimits = Pick<EngineLimits, 'queuedPerTenant' | 'queuedBytesPerTenant' | 'queuedPerModel' | 'queuedBytesPerModel'>;
type BatchLimits = Pick<EngineLimits, 'batchBytes' | 'batchMs' | 'batchesInFlight' | 'killGraceMs'>;

export interface BatcherOptions extends QueueLimits, BatchLimits {
  readonly label: string;
  readonly busy: BusyRunners;
  /** The runner of this lane has worked for longer than it may: end it. `detach` is expected to follow. */
  onStalled(lane: Lane): void;
  /** A runner has nothing to do: it has nothing in flight, and nothing waits that it may have. */
  onIdle(lane: Lane): void;
  onBatch(fields: { lane: Lane; size: number; queueMs: number; computeMs: number }): void;
}

/** How far a deadline may be off: the clock that it is told by counts whole milliseconds. */
const CLOCK_MS = 1;

/**
 * Brings waiting calls to runners in batches: one queue, a lane for each runner. Eager: whatever waits when a runner has
 * room goes at once; batches grow by themselves while the runners are busy, as far as that pays, and no call waits for a
 * timer.
 */
export class Batcher {
  readonly #options: BatcherOptions;
  readonly #errors: CallErrors;
  readonly #queue: FairQueue<Job>;
  readonly #retries: Retries;
  readonly #alarm: Alarm;
  readonly #pace = new Pace();
  /** The first with room among the least loaded is taken, so that later ones are idle when there is little to do. */
  readonly #lanes: Lane[] = [];
  readonly #states = new CallStates();
  readonly #pumpLater = () => {
    this.#scheduled = false;
    this.#pump();
    this.#states.pumped();
  };
  readonly #doneLater = (batch: Batch, result: BatchResult) => this.#done(batch, result);
  #rules: BatchRules = { maxSize: 1, maxDelayMs: 0, runMs: Infinity };
  #sizer = new BatchSizer(1, Infinity);
  #scheduled = false;
  /** With a delay set: the timer that runs, and whether it is over for those that wait. */
  #delay: NodeJS.Timeout | undefined;
  #delayed = false;

  constructor(options: BatcherOptions) {
    this.#options = options;
    this.#errors = new CallErrors(options.label);
    this.#queue = new FairQueue({
      quantum: 1,
      itemsPerTenant: options.queuedPerTenant,
      bytesPerTenant: options.queuedBytesPerTenant,
      items: options.queuedPerModel,
      bytes: options.queuedBytesPerModel,
    });
    this.#retries = new Retries(this.#errors, this.#states);
    this.#alarm = new Alarm((nowMs) => this.#sweep(nowMs));
  }

  /** Calls that wait for a batch. */
  get waiting(): number {
    return this.#queue.size + this.#retries.size;
  }

  /** Calls in batches that runners have. */
  get running(): number {
    return this.#lanes.reduce((sum, { running }) => sum + running, 0);
  }

  get idle(): boolean {
    return this.waiting === 0 && this.#lanes.every(({ idle }) => idle);
  }

  /** How long it may take until there is room in the queue for more of a tenant's calls, by the latest pace; in milliseconds. */
  get roomAfterMs(): number {
    return this.#pace.timeFor(this.waiting, this.#lanes.length);
  }

  /** False when the tenant's line, or the whole queue, is full. */
  add(job: Job): boolean {
    if (!this.#queue.push(job)) return false;
    job.inQueue = true;
    this.#alarm.want(job.dueAtMs);
    const isWarm = this.#lanes.length > 0;
    this.#states.added(job, isWarm);
    if (isWarm) this.#schedule();
    return true;
  }

  queuedOf(tenantId: string): number {
    return this.#queue.sizeOf(tenantId);
  }

  /** Nobody waits for this call any more. In the queue it is dropped; a runner that has it is told, and may go on unheard. */
  drop(job: Job, error: AppError): void {
    if (job.settled) return;
    job.fail(error);
    this.#states.dropped(job);
    if (job.inQueue) this.#queue.forget(job);
    else if (job.batch) job.batch.lane.cancel(job);
    else this.#retries.forget();
    if (job.batch) this.#alarm.want(job.batch.lane.nextLookMs());
    job.inQueue = false;
  }

  /** The model is being loaded for those that wait. */
  loading(): void {
    if (this.#lanes.length === 0) this.#states.loading();
  }

  /** A lane for a runner that is there; it is given nothing before it is attached. */
  prepare(link: BatchLink, rules: BatchRules): Lane {
    const { batchMs, batchesInFlight, killGraceMs, busy } = this.#options;
    // What was learned of the model holds for its next runner too.
    if (rules.maxSize !== this.#rules.maxSize) this.#sizer = new BatchSizer(rules.maxSize, batchMs);
    this.#rules = rules;
    return new Lane({ link, rules, sizer: this.#sizer, batchesInFlight, killGraceMs, busy });
  }

  attach(lane: Lane): void {
    if (this.#lanes.length === 0) this.#states.ready();
    this.#lanes.push(lane);
    this.#pump();
    if (lane.idle) this.#options.onIdle(lane);
  }

  /** A runner is given no further batch. */
  pause(lane: Lane): void {
    lane.paused = true;
    if (lane.idle) this.#options.onIdle(lane);
  }

  /** A runner is gone, or about to. `stalled` when it was ended because a batch took too long. */
  detach(lane: Lane, stalled: boolean): void {
    const place = this.#lanes.indexOf(lane);
    if (place === -1) return;
    this.#lanes.splice(place, 1);
    const lost = lane.end();
    const guiltKnown = stalled && lost.some(({ overdue }) => overdue);
    for (const { jobs } of lost) for (const job of jobs) this.#retries.crashed(job, guiltKnown);
    this.#pump();
  }

  /** Fails all that waits. What is in flight is left alone. */
  failWaiting(error: AppError): void {
    this.#states.notLoaded();
    for (const job of [...this.#queue, ...this.#retries]) this.drop(job, error);
  }

  /** Fails everything and stops. */
  close(error: AppError): void {
    clearTimeout(this.#delay);
    for (const lane of this.#lanes.splice(0)) {
      for (const { jobs } of lane.end()) for (const job of jobs) job.fail(error);
    }
    this.failWaiting(error);
    this.#alarm.stop();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#pumpLater);
  }

  #pump(): void {
    const nowMs = performance.now();
    if (this.#lanes.length === 0 || !this.#mayGo()) return;
    let sent: Lane | undefined;
    for (let lane = this.#chooseLane(nowMs); lane; lane = this.#chooseLane(nowMs)) {
      const jobs = this.#next(lane, nowMs);
      if (jobs.length === 0) break;
      if (sent !== lane) sent?.link.flush();
      sent = lane;
      this.#send(lane, jobs);
    }
    sent?.link.flush();
  }

  /** With a delay set, waits until a batch is full or the delay is over. */
  #mayGo(): boolean {
    const { maxDelayMs, maxSize } = this.#rules;
    if (maxDelayMs <= 0 || this.#delayed || this.#queue.size >= maxSize || this.#retries.size > 0 || this.#queue.size === 0) return true;
    this.#delay ??= setTimeout(() => {
      this.#delay = undefined;
      this.#delayed = true;
      this.#pump();
    }, maxDelayMs).unref();
    return false;
  }

  #chooseLane(nowMs: number): Lane | undefined {
    let best: Lane | undefined;
    for (const [i, lane] of this.#lanes.entries()) {
      // The first is kept from further work until it is empty for those that must be alone; any that is empty will do.
      if (i === 0 && !lane.idle && this.#retries.alone) continue;
      if (lane.hasRoom(nowMs) && (!best || lane.inFlight.length < best.inFlight.length)) best = lane;
    }
    return best;
  }

  #next(lane: Lane, nowMs: number): readonly Job[] {
    if (this.#retries.size > 0 && (lane.idle || !this.#retries.alone)) {
      const job = this.#retries.take(nowMs);
      if (job) return [job];
    }
    const jobs: Job[] = [];
    let bytes = 0;
    const size = lane.limit(nowMs);
    while (jobs.length < size && bytes < this.#options.batchBytes) {
      const job = this.#takeQueued(nowMs);
      if (!job) break;
      jobs.push(job);
      bytes += job.bytes;
    }
    return jobs;
  }

  #takeQueued(nowMs: number): Job | undefined {
    for (let job = this.#queue.shift(); job; job = this.#queue.shift()) {
      job.inQueue = false;
      if (job.dueAtMs > nowMs) return job;
      this.#states.dropped(job);
      job.fail(this.#errors.late());
    }
    return undefined;
  }

  #send(lane: Lane, jobs: readonly Job[]): void {
    clearTimeout(this.#delay);
    this.#delay = undefined;
    this.#delayed = false;
    lane.send(jobs, this.#doneLater);
    this.#alarm.want(lane.nextLookMs());
    this.#states.running(lane.working);
  }

  #done(batch: Batch, result: BatchResult): void {
    const nowMs = performance.now();
    const { lane, jobs } = batch;
    const tookMs = lane.ended(batch, nowMs, result.workMs);
    if (tookMs === undefined) return;
    // Those that it answered were running, in whatever order a runner answers.
    this.#states.running([batch, ...lane.working]);
    this.#pace.observe(tookMs / jobs.length / (lane.rules.continuous ? lane.inFlight.length + 1 : 1));
    if (!failedAsOne(jobs, result.answers)) this.#answer(batch, result, nowMs);
    else for (const [i, job] of jobs.entries()) this.#retries.spoilt(job, result.answers[i] as AppError);
    if (!lane.idle) this.#alarm.want(lane.nextLookMs());
    this.#pump();
    if (lane.idle) this.#options.onIdle(lane);
  }

  #answer({ lane, jobs }: Batch, { answers, computeMs }: BatchResult, nowMs: number): void {
    const size = jobs.length;
    let longestMs = 0;
    for (const [i, job] of jobs.entries()) {
      const queueMs = Math.max(nowMs - job.queuedAtMs - computeMs, 0);
      if (queueMs > longestMs) longestMs = queueMs;
      const answer = answers[i];
      // A runner that stops at the deadline answers with what it has by then, which is not the answer.
      if (nowMs >= job.dueAtMs - CLOCK_MS) job.fail(this.#errors.late());
      else if (answer instanceof Uint8Array) {
        const timings = { queueMs, computeMs, batchSize: size, coldStartMs: this.#states.coldStartMs(job), parts: job.parts };
        job.answer({ output: answer, timings });
      } else job.fail(answer ?? this.#errors.lost('it gave no answer'));
    }
    this.#options.onBatch({ lane, size, queueMs: longestMs, computeMs });
  }

  /** Fails what is late, ends hung runners, and says when to look again. */
  #sweep(nowMs: number): number {
    let nextMs = Infinity;
    const look = (job: Job) => {
      if (job.settled) return;
      if (job.dueAtMs <= nowMs) this.drop(job, this.#errors.late());
      else if (job.dueAtMs < nextMs) nextMs = job.dueAtMs;
    };
    for (const job of [...this.#queue, ...this.#retries]) look(job);
    for (const lane of [...this.#lanes]) {
      for (const { jobs } of lane.inFlight) for (const job of jobs) look(job);
      for (const batch of lane.overdue(nowMs)) this.#overdue(batch);
      if (lane.hungAtMs() <= nowMs) this.#options.onStalled(lane);
      else nextMs = Math.min(nextMs, lane.nextLookMs());
    }
    return nextMs;
  }

  #overdue(batch: Batch): void {
    batch.overdue = true;
    for (const job of batch.jobs) this.drop(job, this.#errors.tookTooLong(this.#rules.runMs));
  }
}
