import type { AppError } from '@steelyard/kernel';
import type { CallErrors } from './call-errors.js';
import type { CallStates } from './call-states.js';
import { Deque } from './deque.js';
import type { Job } from './job.js';

const MAX_CRASHES = 2;

/**
 * Calls that are tried again. When a runner is lost, all that it had are suspects and are tried one at a time, so that one
 * poisonous input fails alone. (Which batch it worked on is not known: answers may have been lost with it.) The same
 * goes for a batch over which the model threw: one input may spoil it for the others. Where the guilty one is known, the
 * others need not be alone. What has handed out parts is never tried again.
 */
export class Retries {
  readonly #jobs = new Deque<Job>();
  readonly #errors: CallErrors;
  readonly #states: CallStates;

  constructor(errors: CallErrors, states: CallStates) {
    this.#errors = errors;
    this.#states = states;
  }

  get size(): number {
    return this.#jobs.size;
  }

  /** Whether the next is to be alone in its runner: if that is lost again, it is known to whom. */
  get alone(): boolean {
    return this.#jobs.peek()?.alone === true;
  }

  /** Its runner was lost. */
  crashed(job: Job, guiltKnown: boolean): void {
    if (job.settled) return;
    job.crashes += 1;
    if (job.parts > 0) job.fail(this.#errors.lost('it ended in the middle of an answer'));
    else if (job.crashes >= MAX_CRASHES) job.fail(this.#errors.lost('it ended twice while it worked on this call'));
    else this.#push(job, job.alone || !guiltKnown);
  }

  /** Its batch failed as a whole, with this error. */
  spoilt(job: Job, error: AppError): void {
    if (job.parts > 0) job.fail(error);
    else if (!job.settled) this.#push(job, true);
  }

  take(nowMs: number): Job | undefined {
    for (let job = this.#jobs.shift(); job; job = this.#jobs.shift()) {
      if (!job.settled && job.dueAtMs > nowMs) return job;
      this.#states.dropped(job);
      job.fail(this.#errors.late());
    }
    return undefined;
  }

  /** To be called when one in here has been settled. */
  forget(): void {
    this.#jobs.retain(({ settled }) => !settled);
  }

  [Symbol.iterator](): Iterator<Job> {
    return this.#jobs[Symbol.iterator]();
  }

  #push(job: Job, alone: boolean): void {
    job.alone = alone;
    job.batch = undefined;
    this.#jobs.push(job);
    this.#states.again(job);
  }
}

/** Whether the model threw over a whole batch, rather than answering for each item. */
export function failedAsOne(jobs: readonly Job[], answers: readonly (Uint8Array | AppError)[]): boolean {
  if (jobs.length < 2 || jobs.every(({ settled }) => settled)) return false;
  return answers.every((answer, i) => jobs[i]?.settled || (!(answer instanceof Uint8Array) && answer.code === 'RUNTIME.RUN_FAILED'));
}
