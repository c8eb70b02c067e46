import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppError } from '@steelyard/kernel';
import { readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { claimFolder, type Claim } from './claim.js';
import { encodeValue } from '@steelyard/wire';
import { journalErrors } from './errors.js';
import { GroupWriter } from './group-writer.js';
import { comparePositions, segmentName, type Position } from './position.js';
import { HEADER_BYTES, PAYLOAD_BYTES_MAX } from './record.js';
import { listSegments, replaySegments, type ReplayedRecord } from './replay.js';

export interface JournalOptions {
  readonly dir: string;
  /** `fsync`: appended means on disk. `write`: appended means handed to the kernel, which survives a killed process only. */
  readonly sync: 'fsync' | 'write';
  /** A new file is begun when the next record would make one larger. 64 MiB when left out. */
  readonly segmentBytes?: number;
}

/** An append-only log of CBOR values in a folder that one process owns at a time. */
export interface Journal {
  readonly dir: string;
  /** The number of this opening, from 1; no two openings of a folder share one. */
  readonly epoch: number;
  /** Where the next record will start. Known at once, so that what is in memory can be tied to a place in the log. */
  readonly end: Position;
  /** Set once a write or sync has failed or the folder was lost; nothing is accepted from then on. */
  readonly failure: AppError | undefined;
  /**
   * Resolves with the record's position when it is as durable as `sync` says; records appended first are durable first.
   * @throws AppError `JOURNAL.FAILED` (this record may be lost), `JOURNAL.CLOSED`, `JOURNAL.RECORD_TOO_LARGE`
   */
  append(payload: unknown): Promise<Position>;
  /**
   * The same without waiting: the record goes with the next group, in order. A later failure shows in `failure`.
   * @throws AppError at once, as `append` rejects
   */
  appendNoWait(payload: unknown): Position;
  /**
   * What earlier openings left after the checkpoint, oldest first. Nothing of this opening.
   * @throws AppError `JOURNAL.CORRUPT`
   */
  replay(): AsyncIterable<ReplayedRecord>;
  /** Everything before `position` is done with: it is not replayed again, and segments that lie wholly before it go. */
  checkpoint(position: Position): Promise<void>;
  /** Writes what waits, then gives the folder back. */
  close(): Promise<void>;
}

const SEGMENT_BYTES = 64 * 1024 * 1024;

/**
 * Opens the log in `dir`, which is made when it is missing.
 * @throws AppError `JOURNAL.LOCKED` when a live process has it open, `JOURNAL.CHECKPOINT_INVALID`
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  await mkdir(options.dir, { recursive: true, mode: 0o700 });
  let onLost = () => {};
  const claim = await claimFolder(options.dir, () => onLost());
  try {
    const [checkpoint, segments] = await Promise.all([readCheckpoint(options.dir), listSegments(options.dir)]);
    const journal = new FolderJournal(options, { claim, checkpoint, segments });
    onLost = () => journal.lose();
    return journal;
  } catch (error) {
    await claim.release();
    throw error;
  }
}

interface Found {
  readonly claim: Claim;
  readonly checkpoint: Position | undefined;
  readonly segments: readonly Position[];
}

class FolderJournal implements Journal {
  readonly dir: string;
  readonly epoch: number;
  readonly #segmentBytes: number;
  readonly #found: Found;
  readonly #writer: GroupWriter;
  #end: Position;
  #checkpoint: Position | undefined;
  #closed: Promise<void> | undefined;
  /** Checkpoints are written one after the other: all by way of the same file. */
  #saving: Promise<void> = Promise.resolve();

  constructor(options: JournalOptions, found: Found) {
    this.dir = options.dir;
    this.epoch = found.claim.epoch;
    this.#segmentBytes = options.segmentBytes ?? SEGMENT_BYTES;
    this.#found = found;
    this.#checkpoint = found.checkpoint;
    this.#end = { epoch: this.epoch, segment: 0, offset: 0 };
    this.#writer = new GroupWriter({ dir: this.dir, epoch: this.epoch, sync: options.sync, segmentBytes: this.#segmentBytes });
  }

  get end(): Position {
    return this.#end;
  }

  get failure(): AppError | undefined {
    return this.#writer.failure;
  }

  append(payload: unknown): Promise<Position> {
    return new Promise((resolve, reject) => {
      const position = this.#add(payload, (error) => (error ? reject(error) : resolve(position)));
    });
  }

  appendNoWait(payload: unknown): Position {
    if (this.failure) throw this.failure;
    return this.#add(payload, undefined);
  }

  replay(): AsyncIterable<ReplayedRecord> {
    const from = this.#checkpoint;
    const segments = this.#found.segments.filter((segment) => !from || !isBefore(segment, from));
    return replaySegments(this.dir, segments, from);
  }

  checkpoint(position: Position): Promise<void> {
    const saved = this.#saving.then(() => this.#save(position));
    this.#saving = saved.catch(() => undefined);
    return saved;
  }

  async #save(position: Position): Promise<void> {
    if (this.#checkpoint && comparePositions(position, this.#checkpoint) <= 0) return;
    await writeCheckpoint(this.dir, position);
    this.#checkpoint = position;
    const spent = (await listSegments(this.dir)).filter((segment) => isBefore(segment, position));
    await Promise.all(spent.map((segment) => rm(join(this.dir, segmentName(segment)), { force: true })));
  }

  close(): Promise<void> {
    this.#closed ??= this.#writer.close().then(() => this.#saving).then(() => this.#found.claim.release());
    return this.#closed;
  }

  lose(): void {
    if (!this.#closed) this.#writer.fail(journalErrors.FAILED({ dir: this.dir, reason: 'another process has taken the folder over' }));
  }

  #add(payload: unknown, done: ((error?: AppError) => void) | undefined): Position {
    if (this.#closed) throw journalErrors.CLOSED({ dir: this.dir });
    const bytes = encodeValue(payload);
    if (bytes.length > PAYLOAD_BYTES_MAX) throw journalErrors.RECORD_TOO_LARGE({ bytes: bytes.length, bytesMax: PAYLOAD_BYTES_MAX });
    const size = HEADER_BYTES + bytes.length;
    const { segment, offset } = this.#end;
    const position = offset > 0 && offset + size > this.#segmentBytes ? { epoch: this.epoch, segment: segment + 1, offset: 0 } : this.#end;
    this.#end = { ...position, offset: position.offset + size };
    this.#writer.add({ segment: position.segment, payload: bytes, done });
    return position;
  }
}

/** Whether a segment ends before the one that `position` lies in. */
function isBefore(segment: Position, position: Position): boolean {
  return segment.epoch < position.epoch || (segment.epoch === position.epoch && segment.segment < position.segment);
}
