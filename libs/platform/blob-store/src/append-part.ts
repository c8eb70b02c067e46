import { open, rm } from 'node:fs/promises';
import type { AppendOptions } from './blob-store.js';
import { blobErrors } from './errors.js';

/**
 * Writes a stream at the end of the file at `path`, which must have `offset` bytes (0 makes it).
 * @returns the file's size afterwards.
 * @throws AppError `BLOB.OFFSET_MISMATCH` | `BLOB.TOO_LARGE`, and what the stream throws, keeping what it gave until then.
 */
export async function appendPart(path: string, offset: number, part: AsyncIterable<Uint8Array>, { maxBytes }: AppendOptions): Promise<number> {
  const file = await open(path, 'a');
  try {
    const { size } = await file.stat();
    if (size !== offset) throw blobErrors.OFFSET_MISMATCH({ expected: size, given: offset });
    let position = offset;
    for await (const chunk of part) {
      if (position + chunk.length > maxBytes) {
        await (offset === 0 ? rm(path, { force: true }) : file.truncate(offset));
        throw blobErrors.TOO_LARGE({ maxBytes });
      }
      await writeWhole(file, chunk);
      position += chunk.length;
    }
    return position;
  } finally {
    await file.close();
  }
}

/** One `write` may take only a part of the bytes, e.g. just before the disk is full. */
async function writeWhole(file: Awaited<ReturnType<typeof open>>, chunk: Uint8Array): Promise<void> {
  let written = 0;
  while (written < chunk.length) {
    const { bytesWritten } = await file.write(chunk, written, chunk.length - written);
    written += bytesWritten;
  }
}
