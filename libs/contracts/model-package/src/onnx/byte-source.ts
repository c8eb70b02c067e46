/** The bytes of a model file, read where they are needed: of a gigabyte of weights none are. */
export interface ByteSource {
  readonly size: number;
  /** The byte at a position below `size`. */
  byteAt(position: number): number;
  /** Bytes of a short field, as text. */
  text(start: number, end: number): string;
}

/** A file that is in memory, as in a browser. */
export class BytesSource implements ByteSource {
  constructor(private readonly bytes: Uint8Array) {}

  get size(): number {
    return this.bytes.length;
  }

  byteAt(position: number): number {
    return this.bytes[position] ?? 0;
  }

  text(start: number, end: number): string {
    return new TextDecoder().decode(this.bytes.subarray(start, end));
  }
}
