import { constants, fdatasync, write } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AppError } from '@steelyard/kernel';
import { syncFolder } from './checkpoint.js';
import { journalErrors } from './errors.js';
import { segmentName } from './position.js';
import { encodeGroup } from './record.js';

// The callback forms on the bare descriptor cost a third of FileHandle's methods.
const writeAt = promisify(write);
const sync = promisify(fdatasync);

interface Waiting {
  readonly segment: number;
  readonly payload: Uint8Array;
  readonly done: ((error?: AppError) => void) | undefined;
}

export interface GroupWriterOptions {
  readonly dir: string;
  readonly epoch: number;
  readonly sync: 'fsync' | 'write';
}

/**
 * Writes what has collected since the last write as one group: one write and one fdatasync for all of it, while the next
 * group collects. Once a write or a sync has failed nothing is tried again: the kernel may have dropped the pages, and a
 * second sync would lie.
 */
export class GroupWriter {
  readonly #options: GroupWriterOptions;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #file: { readonly segment: number; readonly handle: FileHandle; bytes: number } | undefined;
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
    await this.#file?.handle.close().catch(() => undefined);
    this.#file = undefined;
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
    const file = await this.#fileOf(group[0]!.segment);
    const bytes = encodeGroup(group.map((entry) => entry.payload));
    try {
      for (let at = 0; at < bytes.length; ) at += (await writeAt(file.handle.fd, bytes, at, bytes.length - at, null)).bytesWritten;
      if (this.#options.sync === 'fsync') await sync(file.handle.fd);
    } catch (error) {
      // The callers are told that it failed, so it had better not be found by the next replay.
      await file.handle.truncate(file.bytes).catch(() => undefined);
      throw error;
    }
    file.bytes += bytes.length;
  }

  async #fileOf(segment: number) {
    if (this.#file?.segment === segment) return this.#file;
    if (this.#file) {
      // A full segment is always synced: replay then knows that only an epoch's last one may end in the middle of a record.
      await sync(this.#file.handle.fd);
      await this.#file.handle.close();
    }
    const { dir, epoch } = this.#options;
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_APPEND;
    const handle = await open(join(dir, segmentName({ epoch, segment })), flags, 0o600);
    this.#file = { segment, handle, bytes: 0 };
    await syncFolder(dir);
    return this.#file;
  }
}
