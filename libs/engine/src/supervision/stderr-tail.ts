import type { Readable } from 'node:stream';

const TAIL_BYTES = 1024;

/** The end of what a process writes to stderr; the rest is read and dropped. */
export class StderrTail {
  #tail = Buffer.alloc(0);
  /** Resolves when the process, and whoever shares its stderr, has closed it. */
  readonly ended: Promise<void>;

  constructor(stream: Readable) {
    stream.on('data', (chunk: Buffer) => {
      this.#tail = Buffer.concat([this.#tail, chunk.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
    });
    this.ended = new Promise((resolve) => {
      stream.once('close', resolve);
      stream.once('error', () => resolve());
    });
  }

  get text(): string {
    return this.#tail.toString('utf8').trim();
  }
}
