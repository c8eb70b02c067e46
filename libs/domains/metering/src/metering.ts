import { Inject, Injectable, Optional } from '@nestjs/common';
import { Ledger } from '@steelyard/domain-ledger';
import { AppError } from '@steelyard/kernel';
import { DATABASE, queryWithin, type Database } from '@steelyard/platform-database';
import { JOURNAL, type Journal, type Position } from '@steelyard/platform-journal';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { meteringErrors } from './errors.js';
import { HoldKeeper } from './hold-keeper.js';
import { donePayload, intentPayload } from './log-payload.js';
import { checkDone, checkIntent, whatCounts, type DoneRecord, type IntentRecord } from './record.js';
import { recoverLog, type RecoveryReport } from './recovery/recover-log.js';
import { writeUsage } from './usage-writer.js';

export interface MeteringOptions {
  /** How long usage collects before it is written. */
  readonly flushIntervalMs: number;
  /** Most calls that are under way or wait to be written; more are refused. About 1 KiB each. */
  readonly openMax: number;
  readonly retryMs: { readonly first: number; readonly longest: number };
  /** A checkpoint costs two fsyncs; a late one costs only a longer replay. */
  readonly checkpointIntervalMs: number;
  readonly holdExpiryIntervalMs: number;
  /** See `HoldKeeperOptions`. A call's key is not free, and what it held not spendable, for as long where its server died and does not come back. */
  readonly holdOverdueMs: number;
  readonly holdQuietMs: number;
}

export const METERING_OPTIONS = Symbol('steelyard:metering-options');

export const DEFAULT_METERING_OPTIONS: MeteringOptions = {
  flushIntervalMs: 100,
  openMax: 50_000,
  retryMs: { first: 50, longest: 5_000 },
  checkpointIntervalMs: 1_000,
  holdExpiryIntervalMs: 10_000,
  holdOverdueMs: 5 * 60_000,
  holdQuietMs: 30_000,
};

const BATCH_MAX = 1_000;
const COUNTER_FULL = 'METERING.COUNTER_FULL';
const REACH_WITHIN_MS = 10_000;

/** A call that is under way, or waits to be written. Another try under the same id makes a new one. */
interface Open {
  /** Where the log has the first record that the database does not have. */
  readonly from: Position;
}

/** What is to be written of a call, and what of it is then no longer open. */
interface Done {
  readonly record: DoneRecord;
  readonly open: Open | undefined;
}

/**
 * Takes every call from its admission to its usage row. The log is what counts: a call whose `succeeded` resolved is charged,
 * whatever happens to this process or to the database; the same record written twice is charged once.
 * An `intent` must be followed by `succeeded` or `failed`: until then the log keeps everything from it on.
 */
@Injectable()
export class Metering {
  readonly #options: MeteringOptions;
  readonly #holds: HoldKeeper;
  /** By the call's id, oldest first. */
  readonly #open = new Map<string, Open>();
  /** The same, of what is to be written. */
  readonly #done = new Map<string, Done>();
  #state: 'recovering' | 'running' | 'closed' = 'recovering';
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;
  #failures = 0;
  /** Why usage cannot be written until somebody does something. It is tried again all the same. */
  #stopped: AppError | undefined;
  #checkpointAtMs = 0;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(JOURNAL) private readonly journal: Journal,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Optional() @Inject(METERING_OPTIONS) options: Partial<MeteringOptions> = {},
  ) {
    this.#options = { ...DEFAULT_METERING_OPTIONS, ...options };
    const { holdExpiryIntervalMs, holdOverdueMs, holdQuietMs } = this.#options;
    this.#holds = new HoldKeeper({
      ledger,
      log,
      intervalMs: holdExpiryIntervalMs,
      overdueMs: holdOverdueMs,
      quietMs: holdQuietMs,
      atWork: () => [...this.#open.keys()],
      reach: () => queryWithin(database.pool, { text: 'SELECT 1' }, REACH_WITHIN_MS),
    });
  }

  /** Calls that are under way or wait to be written. */
  get openCount(): number {
    return this.#open.size;
  }

  /** Calls that have ended and wait to be written. */
  get pendingCount(): number {
    return this.#done.size;
  }

  /**
   * Whether a call may be let in; for a caller that wants to know before it holds money. `intent` checks the same.
   * @throws AppError `METERING.LOG_FAILED`, `METERING.COUNTER_FULL`, `METERING.BACKLOG`, `METERING.NOT_STARTED`
   */
  checkReady(): void {
    if (this.journal.failure) throw meteringErrors.LOG_FAILED({ reason: this.journal.failure.message }, this.journal.failure);
    if (this.#state !== 'running') throw meteringErrors.NOT_STARTED({});
    if (this.#stopped) throw this.#stopped;
    if (this.#open.size >= this.#options.openMax) throw meteringErrors.BACKLOG({ pending: this.#open.size });
  }

  /** Notes a call before it runs. @throws AppError as {@link checkReady} */
  intent(record: IntentRecord): void {
    this.checkReady();
    checkIntent(record);
    const at = this.#append(() => this.journal.appendNoWait(intentPayload(record)));
    // A try that failed before it may not be written yet: the log is kept from that one on.
    this.#open.set(record.eventId, { from: this.#open.get(record.eventId)?.from ?? at });
  }

  /**
   * Resolves when the record is as durable as the log is set to make it; only then may the answer go out.
   * @throws AppError `METERING.LOG_FAILED` (the call is not charged), `METERING.RECORD_INVALID`
   */
  async succeeded(given: DoneRecord): Promise<void> {
    const record = this.#checked(given);
    if (!this.#open.has(record.eventId)) this.#open.set(record.eventId, { from: this.journal.end });
    try {
      await this.journal.append(donePayload(record));
    } catch (error) {
      // Its hold is then given up when its time is over.
      this.#open.delete(record.eventId);
      throw this.#logFailed(error);
    }
    this.#take(record);
  }

  /** Notes a failed call. Nothing is charged, so nobody has to wait: if the record is lost, the hold is given up instead. */
  failed(given: DoneRecord): void {
    const record = this.#checked(given);
    if (!this.#open.has(record.eventId)) this.#open.set(record.eventId, { from: this.journal.end });
    if (!this.journal.failure) this.#append(() => this.journal.appendNoWait(donePayload(record)));
    this.#take(record);
  }

  /** A call that has ended and may not be in the database yet. */
  recent(eventId: string): DoneRecord | undefined {
    return this.#done.get(eventId)?.record;
  }

  /**
   * Goes through the log of earlier runs, then lets calls in. Once, before anything else.
   * @throws AppError `METERING.RECORD_UNREADABLE`, `JOURNAL.CORRUPT`; what `pg` throws
   */
  async recover(): Promise<RecoveryReport> {
    const report = await recoverLog(this.journal, this.database.pool, this.log);
    if (report.replayed > 0) this.log.info({ ...report }, 'went through the usage log of the last run');
    this.#state = 'running';
    this.#holds.start();
    return report;
  }

  /** Writes all that has ended, now. @throws what `pg` throws when the database is away; everything then stays, for later. */
  async flush(): Promise<void> {
    while (this.#flushing) await this.#flushing.catch(() => undefined);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing = this.#writeAll().finally(() => {
      this.#flushing = undefined;
      if (this.#done.size > 0) this.#schedule();
    });
    await this.#flushing;
  }

  /** Lets no more calls in and writes what it can; the rest is in the log for the next run. The journal is its opener's to close. */
  async close(): Promise<void> {
    // A log that was not gone through to its end is for the next run.
    const isWhole = this.#state === 'running';
    this.#state = 'closed';
    await this.#holds.stop();
    try {
      await this.flush();
      if (isWhole) await this.#checkpoint();
    } catch (error) {
      this.log.warn({ err: error, pending: this.#done.size }, 'could not write the last usage; it stays in the log for the next start');
    }
    clearTimeout(this.#timer);
  }

  /** A call whose record is none is not charged, and its hold is given up when its time is over. */
  #checked(given: DoneRecord): DoneRecord {
    try {
      return checkDone(given);
    } catch (error) {
      this.#open.delete(given.eventId);
      throw error;
    }
  }

  #take(record: DoneRecord): void {
    const { eventId } = record;
    this.#done.set(eventId, { record: whatCounts(this.#done.get(eventId)?.record, record), open: this.#open.get(eventId) });
    this.#schedule();
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#flushing || this.#state === 'closed') return;
    const { flushIntervalMs, retryMs } = this.#options;
    const delayMs = this.#failures === 0 ? flushIntervalMs : Math.min(retryMs.first * 2 ** (this.#failures - 1), retryMs.longest);
    this.#timer = setTimeout(() => void this.#flushInBackground(), delayMs);
    this.#timer.unref();
  }

  async #flushInBackground(): Promise<void> {
    try {
      await this.flush();
      if (Date.now() - this.#checkpointAtMs >= this.#options.checkpointIntervalMs) await this.#checkpoint();
    } catch (error) {
      if (this.#failures <= 1) this.log.warn({ err: error, pending: this.#done.size }, 'usage cannot be written now; it is kept in the log and tried again');
    }
  }

  async #writeAll(): Promise<void> {
    // What comes meanwhile waits for the next time: under load it then comes as a full batch.
    for (let left = this.#done.size; left > 0; left -= BATCH_MAX) await this.#writeBatch(firstOf(this.#done.values(), BATCH_MAX));
  }

  async #writeBatch(batch: readonly Done[]): Promise<void> {
    try {
      await writeUsage(this.database.pool, this.log, batch.map(({ record }) => record));
    } catch (error) {
      this.#failures += 1;
      this.#holds.away();
      this.#stop(error);
      throw error;
    }
    if (this.#failures > 0) this.log.info({ pending: this.#done.size }, 'usage is written again');
    this.#failures = 0;
    this.#stopped = undefined;
    for (const done of batch) {
      const { eventId, consumerTenantId, providerTenantId } = done.record;
      // What came meanwhile, of another try, is for the next time.
      if (this.#done.get(eventId) === done) {
        this.#done.delete(eventId);
        if (this.#open.get(eventId) === done.open) this.#open.delete(eventId);
      }
      this.ledger.announce(consumerTenantId);
      this.ledger.announce(providerTenantId);
    }
  }

  #stop(error: unknown): void {
    if (!(error instanceof AppError) || error.code !== COUNTER_FULL) return;
    if (!this.#stopped) this.log.error({ err: error, pending: this.#done.size }, 'usage cannot be written, and no call is served, until the operator has looked; nothing is lost');
    this.#stopped = error;
  }

  /** Everything before the oldest open call is done with; without any, everything so far. */
  async #checkpoint(): Promise<void> {
    const [oldest] = this.#open.values();
    this.#checkpointAtMs = Date.now();
    await this.journal.checkpoint(oldest?.from ?? this.journal.end);
  }

  #append(append: () => Position): Position {
    try {
      return append();
    } catch (error) {
      throw this.#logFailed(error);
    }
  }

  #logFailed(error: unknown): unknown {
    const { failure } = this.journal;
    return failure ? meteringErrors.LOG_FAILED({ reason: failure.message }, error) : error;
  }
}

function firstOf<T>(values: Iterable<T>, count: number): T[] {
  const first: T[] = [];
  for (const value of values) {
    if (first.length === count) break;
    first.push(value);
  }
  return first;
}
