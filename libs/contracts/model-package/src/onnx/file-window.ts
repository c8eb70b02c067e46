import { readSync } from 'node:fs';
import type { ByteSource } from './byte-source.js';

const WINDOW_BYTES = 64 * 1024;

/** Random access to a file through one small buffer: skipping a gigabyte of weights reads none of them. */
export class FileWindow implements ByteSource {
  readonly size: number;
  readonly #fd: number;
  readonly #buffer = Buffer.allocUnsafe(WINDOW_BYTES);
  #start = 0;
  #length = 0;

  constructor(fd: number, size: number) {
    this.#fd = fd;
    this.size = size;
  }

  byteAt(position: number): number {
    const offset = position - this.#start;
    if (offset >= 0 && offset < this.#length) return this.#buffer[offset] as number;
    this.#start = position;
    this.#length = readSync(this.#fd, this.#buffer, 0, WINDOW_BYTES, position);
    return this.#length > 0 ? (this.#buffer[0] as number) : 0;
  }

  text(start: number, end: number): string {
    const bytes = Buffer.allocUnsafe(end - start);
    for (let position = start; position < end; position++) bytes[position - start] = this.byteAt(position);
    return bytes.toString('utf8');
  }
}
