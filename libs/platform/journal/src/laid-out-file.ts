import { fdatasync, writeSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';

// The callback form on the bare descriptor costs a third of FileHandle's method.
const sync = promisify(fdatasync);

const STEP_BYTES = 1024 * 1024;

export interface LayOut {
  /** How far zeros may be laid, from the start of the file; 0 for a file that simply grows. */
  readonly bytesMax: number;
}

/**
 * A file that is written from its start to its end, and laid out with zeros a step ahead of that: a sync of bytes within a file has nothing but
 * these bytes to write, where that of a file that has grown waits for the file system's own log too, which takes the disk several times as long.
 * One write or sync at a time.
 */
export class LaidOutFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  #bytesMax: number;
  #bytes = 0;
  #laidOut = 0;
  #laying: Promise<void> | undefined;

  private constructor(path: string, handle: FileHandle, bytesMax: number) {
    this.#path = path;
    this.#handle = handle;
    this.#bytesMax = bytesMax;
    this.#keepAhead();
  }

  /** Makes the file, which must not be there yet. */
  static async create(path: string, { bytesMax }: LayOut): Promise<LaidOutFile> {
    return new LaidOutFile(path, await open(path, 'wx', 0o600), bytesMax);
  }

  /** Where what was written ends. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds bytes at the end. After an error the file has whatever part of them was written, until it is cut. */
  async write(bytes: Uint8Array): Promise<void> {
    const end = this.#bytes + bytes.length;
    // Zeros that are on their way must not come after what they make place for.
    if (end > this.#laidOut) await this.#laying;
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#handle.fd, bytes, at, bytes.length - at, this.#bytes + at);
    this.#bytes = end;
    this.#keepAhead();
  }

  async sync(): Promise<void> {
    await sync(this.#handle.fd);
  }

  /** Takes back what lies behind `bytes`: what was written last, and all zeros. */
  async cut(bytes: number): Promise<void> {
    this.#bytesMax = 0;
    await this.#laying;
    await this.#handle.truncate(bytes);
    this.#bytes = bytes;
  }

  /** Ends the file where its last byte is, on disk. */
  async finish(): Promise<void> {
    await this.cut(this.#bytes);
    await this.#handle.sync();
  }

  async close(): Promise<void> {
    await this.#laying;
    await this.#handle.close();
  }

  #keepAhead(): void {
    if (this.#laying || this.#laidOut - this.#bytes > STEP_BYTES / 2) return;
    const from = Math.max(this.#laidOut, this.#bytes);
    const to = Math.min(from + STEP_BYTES, this.#bytesMax);
    if (from < to) this.#laying = this.#lay(from, to).finally(() => (this.#laying = undefined));
  }

  /**
   * Never throws: where there is no room for zeros, the next write says so, if there is none for it either. By a descriptor of its own: the kernel
   * tells each descriptor once that a page could not be written, and those of records must hear it.
   */
  async #lay(from: number, to: number): Promise<void> {
    try {
      const handle = await open(this.#path, 'r+');
      try {
        const { bytesWritten } = await handle.write(zeros(to - from), 0, to - from, from);
        await handle.datasync();
        this.#laidOut = from + bytesWritten;
        if (this.#laidOut < to) this.#bytesMax = 0;
      } finally {
        await handle.close();
      }
    } catch {
      this.#bytesMax = 0;
    }
  }
}

let step: Buffer | undefined;

function zeros(bytes: number): Buffer {
  step ??= Buffer.alloc(STEP_BYTES);
  return step.subarray(0, bytes);
}
