/** What the server has of a file. */
export interface Held {
  /** Bytes that are there. */
  readonly offset: number;
  /** The whole length that was announced for it; undefined where nothing was. */
  readonly length?: number | undefined;
}

export interface Part {
  /** Within the package. */
  readonly path: string;
  readonly sha256: string;
  readonly offset: number;
  /** Of the whole file. */
  readonly length: number;
  readonly bytes: Blob;
}

export interface Transport {
  /** @throws Interrupted; an error that trying again does not mend */
  readonly ask: (sha256: string, signal: AbortSignal) => Promise<Held>;
  /**
   * @param onSent told how many bytes of the part have left
   * @returns the offset reached, or the one that the server is at instead
   * @throws Interrupted; an error that trying again does not mend
   */
  readonly send: (part: Part, signal: AbortSignal, onSent: (bytes: number) => void) => Promise<number>;
  /** Waits before another try. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** A try that may go better the next time. */
export class Interrupted extends Error {
  constructor(
    /** `connection`: nothing came back, which may last; `server`: it answered that it cannot now. */
    readonly by: 'connection' | 'server',
    cause: unknown,
  ) {
    super('the upload was interrupted', { cause });
    this.name = 'Interrupted';
  }
}

export interface SendOptions {
  readonly signal: AbortSignal;
  readonly onOffset: (bytes: number) => void;
  /** Told of each wait for another try, and with `undefined` when bytes flow again. */
  readonly onWaiting: (waitMs: number | undefined) => void;
}

const PART_BYTES = 8 * 1024 * 1024;
const WAIT_MS = 500;
const WAIT_MS_MAX = 15_000;
const SERVER_TRIES_MAX = 8;

/**
 * Brings a file to the server: asks what is there, sends the rest in parts, and after an interruption goes on from where the server is. A lost
 * connection is waited for without end; the signal ends that.
 * @throws what the transport throws besides Interrupted; Interrupted once the server has refused too often; the signal's reason
 */
export async function sendFile(file: { readonly path: string; readonly sha256: string; readonly file: Blob }, transport: Transport, options: SendOptions): Promise<void> {
  const { signal, onOffset, onWaiting } = options;
  const { size } = file.file;
  let offset: number | undefined;
  for (let tries = 0; ; ) {
    signal.throwIfAborted();
    try {
      if (offset === undefined) {
        offset = await askOffset(file.sha256, size, { transport, signal });
        if (offset === undefined) return onOffset(size);
        onOffset(offset);
      }
      const start: number = offset;
      const part = { path: file.path, sha256: file.sha256, offset: start, length: size, bytes: file.file.slice(start, start + PART_BYTES) };
      const reached = await transport.send(part, signal, (sent) => {
        onWaiting(undefined);
        onOffset(Math.min(start + sent, size));
      });
      onOffset(reached);
      if (reached === size) return;
      if (reached <= start) throw new Interrupted('server', undefined);
      offset = reached;
      tries = 0;
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      tries += 1;
      if (error.by === 'server' && tries >= SERVER_TRIES_MAX) throw error;
      offset = undefined;
      const waitMs = Math.min(WAIT_MS * 2 ** (tries - 1), WAIT_MS_MAX);
      onWaiting(waitMs);
      await transport.wait(waitMs, signal);
      onWaiting(undefined);
    }
  }
}

/** Where to go on; undefined when the file is there whole. Of an upload that was announced with another length nothing can be used. */
async function askOffset(sha256: string, size: number, { transport, signal }: { transport: Transport; signal: AbortSignal }): Promise<number | undefined> {
  const held = await transport.ask(sha256, signal);
  if (held.length !== size) return 0;
  return held.offset === size ? undefined : held.offset;
}
