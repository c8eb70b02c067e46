import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { BlobStore } from './blob-store.js';
import { blobErrors } from './errors.js';
import { appendPart } from './append-part.js';
import { placeFiles } from './place-files.js';
import type { ArtifactKeys } from './sealing/artifact-keys.js';
import { sealAll } from './sealing/seal-all.js';
import { readSealed, sealedPlace, sealedSize, sealFile, type SealedPlace } from './sealing/sealed-file.js';
import { Turns } from './turns.js';

const SHA256 = /^[0-9a-f]{64}$/;
const UPLOAD_ID = /^[A-Za-z0-9_-]{1,200}$/;
const PART = '.part';

export interface FolderBlobStoreOptions {
  /** With which new blobs are sealed, and sealed ones opened; without, new ones lie there plain. */
  readonly keys?: ArtifactKeys | undefined;
}

/**
 * A blob store in a folder of this machine: `sha256/ab/abcd...`, sealed `sha256/ab/abcd....sealed` with `sha256/ab/abcd....key`, and
 * `uploads/<id>.part`. One process may write to it.
 */
export function createFolderBlobStore(dir: string, { keys }: FolderBlobStoreOptions = {}): BlobStore {
  const uploads = join(dir, 'uploads');
  const busy = new Set<string>();
  /** By sha256: of two that seal one file at once, the body of one would come to lie beside the header of the other. */
  const turns = new Turns();
  /** By sha256: of {@link BlobStore.alone}, within which blobs are changed, each in its turn. */
  const claims = new Turns();

  const pathOf = (sha256: string): string => {
    if (!SHA256.test(sha256)) throw blobErrors.NAME_INVALID({ name: sha256 });
    return join(dir, 'sha256', sha256.slice(0, 2), sha256);
  };

  const sealedOf = (sha256: string): SealedPlace => sealedPlace(pathOf(sha256), sha256);

  const blobSize = async (sha256: string): Promise<number | undefined> => (await sizeOf(pathOf(sha256))) ?? sealedSize(sealedOf(sha256));

  async function* contentOf(sha256: string): AsyncGenerator<Buffer> {
    if ((await sizeOf(pathOf(sha256))) === undefined) yield* readSealed(sealedOf(sha256), keys);
    else yield* createReadStream(pathOf(sha256)) as AsyncIterable<Buffer>;
  }

  const partOf = (uploadId: string): string => {
    if (!UPLOAD_ID.test(uploadId)) throw new RangeError(`an upload id has letters, digits, - and _, not ${JSON.stringify(uploadId)}`);
    return join(uploads, uploadId + PART);
  };

  /** Two requests on one upload would mix their bytes. */
  const alone = async <T>(uploadId: string, work: () => Promise<T>): Promise<T> => {
    if (busy.has(uploadId)) throw blobErrors.UPLOAD_BUSY({ uploadId });
    busy.add(uploadId);
    try {
      return await work();
    } finally {
      busy.delete(uploadId);
    }
  };

  const store: BlobStore = {
    has: async (sha256) => (await blobSize(sha256)) !== undefined,
    size: blobSize,
    open: (sha256) => {
      pathOf(sha256);
      return Readable.from(contentOf(sha256), { objectMode: false });
    },
    uploadOffset: async (uploadId) => sizeOf(partOf(uploadId)),
    findUploads: (prefix) => findParts(uploads, prefix),
    append: async (uploadId, offset, part, options) => {
      const path = partOf(uploadId);
      return alone(uploadId, async () => {
        await mkdir(uploads, { recursive: true });
        return appendPart(path, offset, part, options);
      });
    },
    commit: async (uploadId, sha256, size) => {
      const [part, kept] = [partOf(uploadId), { target: pathOf(sha256), sealed: sealedOf(sha256), keys }];
      await alone(uploadId, async () => {
        await checkPart(part, { uploadId, sha256, size });
        // What is there stays: whoever links it in the moment in which it is replaced would be told that it is gone.
        await turns.take(sha256, async () => ((await blobSize(sha256)) === size ? undefined : keep(part, kept)));
        await rm(part, { force: true });
      });
    },
    materialize: (files, target) => placeFiles(files.map(({ path, sha256 }) => ({ path, sha256, plain: pathOf(sha256), sealed: () => readSealed(sealedOf(sha256), keys) })), target),
    sealAll: async (withinMs) => {
      if (!keys) throw blobErrors.NO_ARTIFACT_KEYS({ dir });
      return sealAll(join(dir, 'sha256'), { keys, turns, withinMs });
    },
    remove: async (sha256) => {
      const { header, body } = sealedOf(sha256);
      // The header first: without it there is no blob.
      await turns.take(sha256, () => removeAll([pathOf(sha256), header, body]));
    },
    alone: (sha256, work) => claims.take(sha256, work),
    discard: async (uploadId) => {
      const path = partOf(uploadId);
      await alone(uploadId, () => rm(path, { force: true }));
    },
    sweep: (olderThanMs) => sweepParts(uploads, Date.now() - olderThanMs, (name) => busy.has(name.slice(0, -PART.length))),
  };
  return store;
}

async function removeAll(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true });
}

interface Kept {
  readonly target: string;
  readonly sealed: SealedPlace;
  readonly keys: ArtifactKeys | undefined;
}

/** Puts a checked upload where it belongs, and makes that last. */
async function keep(part: string, { target, sealed, keys }: Kept): Promise<void> {
  await mkdir(join(target, '..'), { recursive: true });
  if (keys) {
    await sealFile(part, sealed, keys);
  } else {
    // Readable to all, so that a runner under another uid can read it; the folder above decides who gets here.
    await chmod(part, 0o444);
    await rename(part, target);
  }
  await syncFolder(join(target, '..'));
  await syncFolder(join(target, '..', '..'));
}

async function checkPart(part: string, { uploadId, sha256, size }: { uploadId: string; sha256: string; size: number }): Promise<void> {
  if ((await sizeOf(part)) === undefined) throw blobErrors.UPLOAD_MISSING({ uploadId });
  const actual = await hashAndSync(part);
  if (actual.sha256 !== sha256 || actual.size !== size) {
    await rm(part, { force: true });
    throw blobErrors.DIGEST_MISMATCH({ sha256, size, actualSha256: actual.sha256, actualSize: actual.size });
  }
}

async function hashAndSync(path: string): Promise<{ sha256: string; size: number }> {
  const file = await open(path, 'r');
  try {
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of file.createReadStream({ autoClose: false, highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      size += chunk.length;
    }
    await file.sync();
    return { sha256: hash.digest('hex'), size };
  } finally {
    await file.close();
  }
}

/** Makes a rename in a folder last through a power cut. */
async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function findParts(uploads: string, prefix: string): Promise<{ uploadId: string; offset: number }[]> {
  const names = await readdir(uploads).catch(() => []);
  const found = names.filter((name) => name.startsWith(prefix) && name.endsWith(PART));
  const sizes = await Promise.all(found.map((name) => sizeOf(join(uploads, name))));
  return found.flatMap((name, index) => {
    const offset = sizes[index];
    return offset === undefined ? [] : [{ uploadId: name.slice(0, -PART.length), offset }];
  });
}

async function sweepParts(uploads: string, changedBeforeMs: number, isBusy: (name: string) => boolean): Promise<number> {
  const names = await readdir(uploads).catch(() => []);
  let removed = 0;
  for (const name of names) {
    const found = await stat(join(uploads, name)).catch(() => undefined);
    if (!found || found.mtimeMs > changedBeforeMs || isBusy(name)) continue;
    await rm(join(uploads, name), { force: true });
    removed += 1;
  }
  return removed;
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
