import { sendFile, type Transport } from './send-file';

export interface HashedFile {
  readonly path: string;
  readonly sha256: string;
  readonly file: File;
}

export interface Sending {
  readonly transport: Transport;
  readonly signal: AbortSignal;
  /** Told how many bytes of a file the server has; `sha256` names the file. */
  readonly onOffset: (sha256: string, bytes: number) => void;
  readonly onWaiting: (waitMs: number | undefined) => void;
}

/** So that many small files do not wait for each other's answers. */
const AT_ONCE = 3;

/** Sends every file that the server does not have yet; those of the same content once. @throws what {@link sendFile} throws, of the first file that fails */
export async function sendFiles(files: readonly HashedFile[], { transport, signal, onOffset, onWaiting }: Sending): Promise<void> {
  const lacking = [...new Map(files.map((file) => [file.sha256, file])).values()];
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const lane = async (): Promise<void> => {
    for (let next = lacking.shift(); next; next = lacking.shift()) {
      const { sha256 } = next;
      await sendFile(next, transport, { signal: either, onOffset: (bytes) => onOffset(sha256, bytes), onWaiting });
    }
  };
  const lanes = Array.from({ length: AT_ONCE }, lane);
  try {
    await Promise.all(lanes);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(lanes);
    throw error;
  }
}
