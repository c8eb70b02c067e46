import type { Socket } from 'node:net';
import { decodeValue } from './decode-value.js';
import { encodeValue } from './encode-value.js';
import { wireErrors } from './errors.js';
import type { Frame, FrameKind } from './runner-protocol.js';

/** u32 length of the rest, u8 kind, u8 0, u16 0, u32 id, u32 length of the header. */
const PREFIX_BYTES = 16;
const LENGTH_BYTES = 4;
/** Writes up to this size are joined into one buffer; a copy that small is cheaper than another element of a writev. */
const JOIN_BYTES = 64 * 1024;

export interface FrameSocketOptions {
  onFrame(frame: Frame): void;
  /** Called once, when the socket is gone for whatever reason. */
  onClose(error?: Error): void;
  /** A frame that says it is longer closes the socket. Bytes, prefix included. */
  readonly maxFrameBytes: number;
}

/**
 * Frames over a stream socket; see `runner-protocol.ts` for their layout. Everything sent within one tick leaves in one
 * write. A frame that cannot be read, or that `onFrame` throws over, closes the socket: the other side is broken.
 */
export class FrameSocket {
  readonly #socket: Socket;
  readonly #options: FrameSocketOptions;
  readonly #flush = () => this.flush();
  #outgoing: Uint8Array[] = [];
  #outgoingBytes = 0;
  #scheduled = false;
  #closed = false;
  #failure: Error | undefined;
  /** Bytes of a frame that has not arrived in full: `#have` of them are filled. Before the length is known: 4 bytes. */
  #partial: Buffer | undefined;
  #have = 0;

  constructor(socket: Socket, options: FrameSocketOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => (this.#failure ??= error));
    socket.on('close', () => {
      this.#closed = true;
      this.#outgoing = [];
      this.#options.onClose(this.#failure);
    });
  }

  /** Queues a frame; it leaves with the other frames of this tick. After a close it goes nowhere. */
  send(kind: FrameKind, id: number, header: unknown, ...body: readonly Uint8Array[]): void {
    if (this.#closed) return;
    const encoded = encodeValue(header);
    let bodyBytes = 0;
    for (const part of body) bodyBytes += part.length;
    const prefix = Buffer.allocUnsafe(PREFIX_BYTES);
    prefix.writeUInt32LE(PREFIX_BYTES - LENGTH_BYTES + encoded.length + bodyBytes, 0);
    prefix.writeUInt32LE(kind, 4);
    prefix.writeUInt32LE(id, 8);
    prefix.writeUInt32LE(encoded.length, 12);
    this.#outgoing.push(prefix, encoded, ...body);
    this.#outgoingBytes += PREFIX_BYTES + encoded.length + bodyBytes;
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#flush);
  }

  /** Writes what is queued now, without waiting for the end of the tick. */
  flush(): void {
    this.#scheduled = false;
    const parts = this.#outgoing;
    if (parts.length === 0 || this.#closed) return;
    const bytes = this.#outgoingBytes;
    this.#outgoing = [];
    this.#outgoingBytes = 0;
    if (bytes <= JOIN_BYTES) {
      this.#socket.write(Buffer.concat(parts, bytes));
      return;
    }
    this.#socket.cork();
    for (const part of joinSmall(parts)) this.#socket.write(part);
    this.#socket.uncork();
  }

  /** Sends what is queued and closes. */
  close(): void {
    this.flush();
    this.#socket.end();
  }

  /** Closes at once; what is queued is lost. */
  destroy(error?: Error): void {
    this.#failure ??= error;
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    try {
      let rest: Buffer | undefined = chunk;
      while (rest && rest.length > 0 && !this.#socket.destroyed) rest = this.#partial ? this.#fill(rest) : this.#readWhole(rest);
    } catch (error) {
      this.destroy(error instanceof Error ? error : wireErrors.FRAME_INVALID({ reason: String(error) }));
    }
  }

  /** Hands out the frames that lie whole in `chunk`, without copying; keeps the beginning of the last. */
  #readWhole(chunk: Buffer): undefined {
    let start = 0;
    while (chunk.length - start >= LENGTH_BYTES && !this.#socket.destroyed) {
      const end = start + this.#frameBytes(chunk, start);
      if (end > chunk.length) break;
      this.#deliver(chunk.subarray(start, end));
      start = end;
    }
    const left = chunk.length - start;
    if (left === 0) return;
    this.#partial = Buffer.allocUnsafe(left < LENGTH_BYTES ? LENGTH_BYTES : this.#frameBytes(chunk, start));
    this.#have = chunk.copy(this.#partial, 0, start);
  }

  /** Adds to the frame that has begun; gives back what lies behind its end. Every byte is copied once. */
  #fill(chunk: Buffer): Buffer | undefined {
    const partial = this.#partial!;
    const taken = chunk.copy(partial, this.#have);
    this.#have += taken;
    if (this.#have < partial.length) return undefined;
    if (partial.length === LENGTH_BYTES) {
      this.#partial = Buffer.allocUnsafe(this.#frameBytes(partial, 0));
      partial.copy(this.#partial);
    } else {
      this.#partial = undefined;
      this.#deliver(partial);
    }
    return chunk.subarray(taken);
  }

  #frameBytes(chunk: Buffer, start: number): number {
    const bytes = LENGTH_BYTES + chunk.readUInt32LE(start);
    if (bytes < PREFIX_BYTES) throw wireErrors.FRAME_INVALID({ reason: `its length is ${bytes} bytes` });
    if (bytes > this.#options.maxFrameBytes) {
      throw wireErrors.FRAME_INVALID({ reason: `${bytes} bytes are more than the ${this.#options.maxFrameBytes} allowed` });
    }
    return bytes;
  }

  #deliver(bytes: Buffer): void {
    const bodyStart = PREFIX_BYTES + bytes.readUInt32LE(12);
    if (bodyStart > bytes.length) throw wireErrors.FRAME_INVALID({ reason: 'its header is longer than the frame' });
    this.#options.onFrame({
      kind: bytes[4] as FrameKind,
      id: bytes.readUInt32LE(8),
      header: decodeValue(bytes.subarray(PREFIX_BYTES, bodyStart)),
      body: bytes.subarray(bodyStart),
    });
  }
}

/** Joins runs of small buffers, so that one large body among many small frames does not cost a write for each of them. */
function joinSmall(parts: readonly Uint8Array[]): Uint8Array[] {
  const joined: Uint8Array[] = [];
  let run: Uint8Array[] = [];
  let runBytes = 0;
  const endRun = () => {
    if (run.length > 0) joined.push(run.length === 1 ? run[0]! : Buffer.concat(run, runBytes));
    run = [];
    runBytes = 0;
  };
  for (const part of parts) {
    if (part.length > JOIN_BYTES) {
      endRun();
      joined.push(part);
      continue;
    }
    run.push(part);
    runBytes += part.length;
    if (runBytes > JOIN_BYTES) endRun();
  }
  endRun();
  return joined;
}
