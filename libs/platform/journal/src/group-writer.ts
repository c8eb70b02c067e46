import { join } from 'node:path';
import type { AppError } from '@steelyard/kernel';
import { syncFolder } from './checkpoint.js';
import { journalErrors } from './errors.js';
import { LaidOutFile } from './laid-out-file.js';
import { segmentName } from './position.js';
import { encodeGroup } from './record.js';

interface Waiting {
  readonly segment: number;
  readonly payload: Uint8Array;
  /** Who waits until the record is durable; a record that nobody waits for is synced with the next that somebody does. */
  readonly done: ((error?: AppError) => void) | undefined;
}

interface OpenSegment {
  readonly segment: number;
  readonly file: LaidOutFile;
  /** Something was written that is not known to be on disk. */
  isDirty: boolean;
}

export interface GroupWriterOptions {
  readonly dir: string;
  readonly epoch: number;
  readonly sync: 'fsync' | 'write';
  /** How large a segment becomes. */
  readonly segmentBytes: number;
}

/**
 * Writes what has collected since the last write at once, and syncs it once for all who wait, while the next collects. The write
 * itself only hands a few kilobytes to the kernel, which takes less time than to have another thread do it; the sync waits for
 * the disk and is that other thread's. Once a write or a sync has failed nothing is tried again: the kernel may have dropped
 * the pages, and a second sync would lie.
 */
export class GroupWriter {
  readonly #options: GroupWriterOptions;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #segment: OpenSegment | undefined;
  #failure: AppError | undefined;

  constructor(options: GroupWriterOptions) {
    this.#options = options;
  }

  get failure(): AppError | undefined {
    return this.#failure;
  }

  /** `done` is called once: without an error when the record is durable. */
  add(entry: Waiting): void {
    if (this.#failure) {
      entry.done?.(this.#failure);
      return;
    }
    this.#waiting.push(entry);
    this.#running ??= this.#run();
  }

  /** Resolves when nothing is waiting any more, written or failed. */
  async drain(): Promise<void> {
    await this.#running;
  }

  async close(): Promise<void> {
    await this.drain();
    const last = this.#segment;
    this.#segment = undefined;
    if (!last) return;
    if (!this.#failure && this.#options.sync === 'fsync') await last.file.finish().catch(() => undefined);
    await last.file.close().catch(() => undefined);
  }

  /** Rejects everything that waits and everything that comes. */
  fail(error: AppError): void {
    this.#failure ??= error;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const entry of waiting) entry.done?.(this.#failure);
  }

  async #run(): Promise<void> {
    // Everything else of this turn of the event loop still gets into the first group.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) {
      const group = this.#takeOneSegment();
      try {
        await this.#write(group);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        this.fail(journalErrors.FAILED({ dir: this.#options.dir, reason }, error));
        for (const entry of group) entry.done?.(this.#failure);
        break;
      }
      for (const entry of group) entry.done?.();
    }
    // In the same turn as the last look at the queue, or a record added in between would wait for ever.
    this.#running = undefined;
  }

  #takeOneSegment(): Waiting[] {
    const { segment } = this.#waiting[0]!;
    const end = this.#waiting.findIndex((entry) => entry.segment !== segment);
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
  }

  async #write(group: readonly Waiting[]): Promise<void> {
    const { segment } = group[0]!;
    const current = this.#segment?.segment === segment ? this.#segment : await this.#open(segment);
    const before = current.file.bytes;
    try {
      await current.file.write(encodeGroup(group.map((entry) => entry.payload), !current.isDirty));
      if (this.#options.sync === 'fsync') {
        current.isDirty = true;
        if (group.some(({ done }) => done)) {
          await current.file.sync();
          current.isDirty = false;
        }
      }
    } catch (error) {
      // The callers are told that it failed, so it had better not be found by the next replay.
      await current.file.cut(before).catch(() => undefined);
      throw error;
    }
  }

  async #open(segment: number): Promise<OpenSegment> {
    // A full segment is always whole and synced: replay then knows that only an epoch's last one may end in the middle of a record.
    await this.#segment?.file.finish();
    await this.#segment?.file.close();
    const { dir, epoch, segmentBytes } = this.#options;
    const file = await LaidOutFile.create(join(dir, segmentName({ epoch, segment })), { bytesMax: this.#options.sync === 'fsync' ? segmentBytes : 0 });
    this.#segment = { segment, file, isDirty: false };
    await syncFolder(dir);
    return this.#segment;
  }
}
