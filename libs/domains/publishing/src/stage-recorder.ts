import { AppError } from '@steelyard/kernel';
import type { Publications, PublicationKey } from './persistence/publications.repository.js';
import type { RecordedError, Stage } from './publication.js';

/** What a stage has to say when it succeeded. */
export interface StageSuccess<T> {
  readonly message: string;
  readonly detail?: Readonly<Record<string, unknown>>;
  readonly value: T;
}

/** A failure of a stage with more to show than the error itself, e.g. how each sample went. */
export class StageFailure extends Error {
  constructor(
    override readonly cause: unknown,
    readonly detail: Readonly<Record<string, unknown>>,
  ) {
    super('a stage failed', { cause });
    this.name = 'StageFailure';
  }
}

/** Writes the events of one publication, which runs one stage at a time. */
export class StageRecorder {
  #current: Stage;

  constructor(
    private readonly publications: Publications,
    private readonly key: PublicationKey,
    current: Stage = 'uploaded',
  ) {
    this.#current = current;
  }

  get current(): Stage {
    return this.#current;
  }

  async start(stage: Stage, message: string): Promise<void> {
    this.#current = stage;
    await this.publications.addEvent(this.key, { stage, status: 'started', message });
  }

  async succeed(message: string, detail?: Readonly<Record<string, unknown>>): Promise<void> {
    await this.publications.addEvent(this.key, { stage: this.#current, status: 'succeeded', message, detail });
  }

  /** Runs a stage between its two events. What it throws is for {@link fail}. */
  async stage<T>(stage: Stage, message: string, work: () => Promise<StageSuccess<T>>): Promise<T> {
    await this.start(stage, message);
    const success = await work();
    await this.succeed(success.message, success.detail);
    return success.value;
  }

  /** The last event of a publication that ended well. */
  async finish(message: string, detail?: Readonly<Record<string, unknown>>): Promise<void> {
    await this.publications.addEvent(this.key, { stage: this.#current, status: 'succeeded', message, detail, outcome: { status: 'succeeded' } });
  }

  /** The last event of one that did not: the current stage failed. */
  async fail(thrown: unknown): Promise<void> {
    const error = toRecordedError(thrown instanceof StageFailure ? thrown.cause : thrown);
    const { code, message, fix, details } = error;
    const detail = { ...details, ...(thrown instanceof StageFailure ? thrown.detail : {}), code, message, fix };
    await this.publications.addEvent(this.key, { stage: this.#current, status: 'failed', message, detail, outcome: { status: 'failed', error } });
  }

  /** The same with the code alone, for when {@link fail} could not write it. */
  async failBriefly(thrown: unknown): Promise<void> {
    const { code } = toRecordedError(thrown instanceof StageFailure ? thrown.cause : thrown);
    const error = { code, message: `it failed with ${code}; what else there is to say could not be recorded`, fix: FIX };
    await this.publications.addEvent(this.key, { stage: this.#current, status: 'failed', message: error.message, detail: error, outcome: { status: 'failed', error } });
  }
}

/** For failures of other parts that name none. */
const FIX = 'Correct the package and publish it again.';

/** A failure says what it says; a fault of ours is not shown. */
export function toRecordedError(thrown: unknown): RecordedError {
  if (thrown instanceof AppError && thrown.kind !== 'internal') {
    return { code: thrown.code, message: thrown.message, fix: thrown.fix ?? FIX, details: thrown.details };
  }
  const code = thrown instanceof AppError ? thrown.code : 'INTERNAL';
  return { code, message: 'something went wrong on our side', fix: 'Publish again; the operator finds the cause in the log.' };
}
