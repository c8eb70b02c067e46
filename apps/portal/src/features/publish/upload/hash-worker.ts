import { createSha256 } from '@steelyard/kernel/sha256';

export interface HashRequest {
  readonly file: Blob;
}

export type HashAnswer = { readonly bytes: number } | { readonly sha256: string } | { readonly failed: string };

const answer = (message: HashAnswer): void => postMessage(message);

/** Answers each file with how far it is, and at last with its sha256. */
addEventListener('message', ({ data }: MessageEvent<HashRequest>) => {
  hash(data.file).then(
    (sha256) => answer({ sha256 }),
    (error: unknown) => answer({ failed: error instanceof Error ? error.message : String(error) }),
  );
});

async function hash(file: Blob): Promise<string> {
  const sha = createSha256();
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return sha.hex();
    sha.update(value);
    answer({ bytes: value.length });
  }
}
