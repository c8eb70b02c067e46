import { useCallback, useEffect, useRef, useState } from 'react';
import { PublishVersionDocument } from '../../../generated/documents';
import { ask } from '../../../server/ask';
import { hashFiles } from './hash-files';
import { sendFiles } from './send-files';
import { transport } from './transport';

export interface PublishWish {
  readonly manifest: unknown;
  readonly files: readonly { readonly path: string; readonly file: File }[];
  readonly channel: string | undefined;
  readonly public: boolean;
  readonly dryRun: boolean;
}

export type Progress =
  | { readonly step: 'reading'; readonly bytes: number; readonly total: number }
  | {
      readonly step: 'sending';
      readonly bytes: number;
      readonly total: number;
      /** How much of each file is there, by its path. */
      readonly byPath: ReadonlyMap<string, number>;
      /** Set while a lost connection is waited for. */
      readonly waitMs?: number | undefined;
    }
  | { readonly step: 'starting' };

export interface Publishing {
  readonly progress: Progress | undefined;
  readonly error: unknown;
  readonly start: (wish: PublishWish) => void;
  readonly cancel: () => void;
}

const SHOWN_EVERY_MS = 100;

/** Reads, sends and publishes a package; ends with the publication's id. Leaving the page cancels it: what was sent stays there for the next time. */
export function usePublishing(done: (publicationId: string) => void): Publishing {
  const [progress, setProgress] = useState<Progress>();
  const [error, setError] = useState<unknown>();
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  const start = useCallback(
    (wish: PublishWish) => {
      const stop = new AbortController();
      running.current?.abort();
      running.current = stop;
      setError(undefined);
      publish(wish, stop.signal, setProgress)
        .then(done, (failure: unknown) => stop.signal.aborted || setError(failure))
        .finally(() => running.current === stop && setProgress(undefined));
    },
    [done],
  );
  const cancel = useCallback(() => running.current?.abort(), []);
  return { progress, error, start, cancel };
}

async function publish({ manifest, files, ...options }: PublishWish, signal: AbortSignal, show: (progress: Progress) => void): Promise<string> {
  const showSometimes = atMostEvery(SHOWN_EVERY_MS, show);
  const bytesOf = (list: readonly { readonly file: File }[]): number => list.reduce((sum, { file }) => sum + file.size, 0);
  const total = bytesOf(files);
  show({ step: 'reading', bytes: 0, total });
  const hashes = await hashFiles(files, { signal, onProgress: (bytes) => showSometimes({ step: 'reading', bytes, total }) });
  const hashed = files.map((file, index) => ({ ...file, sha256: hashes[index]! }));

  const offsets = new Map<string, number>();
  let waitMs: number | undefined;
  const sending = (): Progress => {
    const byPath = new Map(hashed.flatMap(({ path, sha256 }) => (offsets.has(sha256) ? [[path, offsets.get(sha256)!] as const] : [])));
    return { step: 'sending', bytes: [...byPath.values()].reduce((sum, bytes) => sum + bytes, 0), total, byPath, waitMs };
  };
  show(sending());
  const onOffset = (sha256: string, bytes: number) => {
    offsets.set(sha256, bytes);
    showSometimes(sending());
  };
  const onWaiting = (ms: number | undefined) => {
    if (waitMs === ms) return;
    waitMs = ms;
    show(sending());
  };
  await sendFiles(hashed, { transport, signal, onOffset, onWaiting });

  show({ step: 'starting' });
  const listed = hashed.map(({ path, sha256, file }) => ({ path, sha256, size: file.size }));
  const { publishVersion } = await ask(PublishVersionDocument, { input: { manifest, files: listed, ...options } }, signal);
  return publishVersion.id;
}

function atMostEvery<T>(ms: number, tell: (value: T) => void): (value: T) => void {
  let last = 0;
  return (value) => {
    const now = performance.now();
    if (now - last < ms) return;
    last = now;
    tell(value);
  };
}
