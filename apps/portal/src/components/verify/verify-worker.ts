import { verifyDocument, type Verification } from '@steelyard/invoice';

/** A file that somebody has, or where the server has one. */
export type VerifySource = { readonly file: File } | { readonly address: string; readonly headers: Readonly<Record<string, string>> };

export type VerifyRequest = { readonly verify: VerifySource } | { readonly cancel: true };

export interface VerifyProgress {
  /** Calls that were rated again. */
  readonly rows: number;
  readonly bytes: number;
  /** How many bytes there are, where that is known. */
  readonly bytesTotal?: number | undefined;
}

export type VerifyAnswer = { readonly progress: VerifyProgress } | { readonly verification: Verification } | { readonly failed: string } | { readonly canceled: true };

/** The server does not give the document; the message is its own. */
class DocumentRefused extends Error {}

const answer = (message: VerifyAnswer): void => postMessage(message);

let canceling = new AbortController();

/** Verifies one file after the other, as they are asked for, and tells how far it is. */
addEventListener('message', ({ data }: MessageEvent<VerifyRequest>) => {
  if ('cancel' in data) return canceling.abort();
  canceling = new AbortController();
  const { signal } = canceling;
  verify(data.verify, signal).then(
    (verification) => answer({ verification }),
    (error: unknown) => answer(signal.aborted ? { canceled: true } : { failed: error instanceof Error ? error.message : String(error) }),
  );
});

async function verify(source: VerifySource, signal: AbortSignal): Promise<Verification> {
  const { stream, bytesTotal } = await open(source, signal);
  let bytes = 0;
  return verifyDocument(
    (async function* () {
      for await (const part of partsOf(stream)) {
        bytes += part.length;
        yield part;
      }
    })(),
    { signal, onProgress: (rows) => answer({ progress: { rows, bytes, bytesTotal } }) },
  );
}

async function open(source: VerifySource, signal: AbortSignal): Promise<{ stream: ReadableStream<Uint8Array>; bytesTotal?: number }> {
  if ('file' in source) return { stream: source.file.stream(), bytesTotal: source.file.size };
  const response = await fetch(source.address, { headers: source.headers, credentials: 'same-origin', signal });
  if (response.ok && response.body) return { stream: response.body };
  const { error } = (await response.json()) as { error?: { message?: string } };
  throw new DocumentRefused(error?.message ?? response.statusText);
}

/** By its reader: not every browser can iterate a stream. What is not read to its end is given up. */
async function* partsOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}
