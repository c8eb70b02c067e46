import { readSync } from 'node:fs';

const WINDOW_BYTES = 64 * 1024;

/** The bytes are not GGUF. */
export class GgufError extends Error {}

/** Reads a file from the front through one small buffer; what is passed over is not read. Numbers are little-endian. */
export class ByteReader {
  readonly size: number;
  readonly #fd: number;
  readonly #window = Buffer.alloc(WINDOW_BYTES);
  #windowStart = 0;
  #windowLength = 0;
  #position = 0;

  constructor(fd: number, size: number) {
    this.#fd = fd;
    this.size = size;
  }

  get position(): number {
    return this.#position;
  }

  uint32(): number {
    return this.#window.readUInt32LE(this.#take(4));
  }

  /** @throws GgufError beyond 2^53, which no honest count or offset is. */
  uint64(): number {
    const value = this.#window.readBigUInt64LE(this.#take(8));
    if (value > Number.MAX_SAFE_INTEGER) throw new GgufError(`the number ${value} is too large`);
    return Number(value);
  }

  /** A string with its length before it. */
  string(bytesMax: number): string {
    const length = this.uint64();
    if (length > bytesMax) throw new GgufError(`a text is longer than ${bytesMax} bytes`);
    const bytes = Buffer.alloc(Math.min(length, this.#left()));
    for (let done = 0; done < bytes.length; ) {
      const count = Math.min(bytes.length - done, WINDOW_BYTES);
      const at = this.#take(count);
      done += this.#window.copy(bytes, done, at, at + count);
    }
    if (bytes.length < length) throw new GgufError('it ends in the middle of a text');
    return bytes.toString('utf8');
  }

  skip(bytes: number): void {
    if (bytes > this.#left()) throw new GgufError('it ends too early');
    this.#position += bytes;
  }

  /** Moves on and gives the offset of the passed bytes in the window. */
  #take(count: number): number {
    if (count > this.#left()) throw new GgufError('it ends too early');
    const start = this.#position;
    if (start < this.#windowStart || start + count > this.#windowStart + this.#windowLength) {
      this.#windowStart = start;
      this.#windowLength = readSync(this.#fd, this.#window, 0, WINDOW_BYTES, start);
      // A file that shrank while it was read.
      if (this.#windowLength < count) throw new GgufError('it ends too early');
    }
    this.#position += count;
    return start - this.#windowStart;
  }

  #left(): number {
    return this.size - this.#position;
  }
}
