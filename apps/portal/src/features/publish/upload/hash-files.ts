import type { HashAnswer, HashRequest } from './hash-worker';

interface Hashing {
  readonly signal: AbortSignal;
  /** Told how many bytes of all files are read. */
  readonly onProgress: (bytes: number) => void;
}

/** A file could not be read to its end: it was changed, moved or removed after it was chosen. */
export class FileUnreadable extends Error {
  constructor(readonly path: string) {
    super(path);
    this.name = 'FileUnreadable';
  }
}

/**
 * The sha256 of each file, in order, made off the page's thread.
 * @throws FileUnreadable; the signal's reason
 */
export async function hashFiles(files: readonly { readonly path: string; readonly file: File }[], { signal, onProgress }: Hashing): Promise<string[]> {
  const worker = new Worker(new URL('./hash-worker.ts', import.meta.url), { type: 'module' });
  let read = 0;
  try {
    const hashes: string[] = [];
    for (const { path, file } of files) hashes.push(await hashOne(worker, { path, file }, { signal, onProgress: (bytes) => onProgress((read += bytes)) }));
    return hashes;
  } finally {
    worker.terminate();
  }
}

function hashOne(worker: Worker, { path, file }: { path: string; file: File }, { signal, onProgress }: Hashing): Promise<string> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    worker.onerror = () => reject(new FileUnreadable(path));
    worker.onmessage = ({ data }: MessageEvent<HashAnswer>) => {
      if ('bytes' in data) return onProgress(data.bytes);
      signal.removeEventListener('abort', stop);
      if ('sha256' in data) resolve(data.sha256);
      else reject(new FileUnreadable(path));
    };
    worker.postMessage({ file } satisfies HashRequest);
  });
}
