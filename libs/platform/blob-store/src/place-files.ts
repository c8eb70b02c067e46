import { chmod, copyFile, link, mkdir, open, rm } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { AppError } from '@steelyard/kernel';
import { blobErrors } from './errors.js';

export interface PlacedFile {
  readonly path: string;
  readonly sha256: string;
  /** Where the blob is when it lies there plain. */
  readonly plain: string;
  /** What it says when it is sealed. */
  readonly sealed: () => AsyncIterable<Buffer>;
}

/** Errors of `link` that mean: this file system, or these two, cannot; a copy may. */
const LINK_REFUSED = new Set(['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'ENOSYS', 'EACCES']);

/** @throws AppError `BLOB.MISSING` | `BLOB.PATH_INVALID` | `BLOB.SEALED` | `BLOB.DAMAGED` */
export async function placeFiles(files: readonly PlacedFile[], dir: string): Promise<void> {
  const root = resolve(dir);
  await mkdir(root, { recursive: true, mode: 0o755 });
  for (const file of files) {
    const target = resolve(root, file.path);
    if (!target.startsWith(root + sep) || file.path.includes('\\')) throw blobErrors.PATH_INVALID({ path: file.path });
    await mkdir(dirname(target), { recursive: true, mode: 0o755 });
    await placeFile(file, target);
  }
}

/** A blob can be replaced by an equal one, or be sealed, so many times while it is placed. */
const TRIES = 5;

async function placeFile(file: PlacedFile, target: string, tries = TRIES): Promise<void> {
  try {
    await linkOrCopy(file.plain, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    try {
      await unseal(file, target);
    } catch (problem) {
      const isMissing = problem instanceof AppError && problem.code === 'BLOB.MISSING';
      // It is said to be gone as well when an equal blob, sent by somebody else, takes this one's place in that moment.
      if (!isMissing || tries === 1) throw problem;
      await placeFile(file, target, tries - 1);
    }
  }
}

async function linkOrCopy(source: string, target: string): Promise<void> {
  try {
    await link(source, target);
  } catch (error) {
    if (!LINK_REFUSED.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await copyFile(source, target);
    await chmod(target, 0o444);
  }
}

/** What does not open to its end leaves no file behind. */
async function unseal({ sealed }: PlacedFile, target: string): Promise<void> {
  const file = await open(target, 'wx', 0o444);
  try {
    for await (const chunk of sealed()) await file.writeFile(chunk);
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}
