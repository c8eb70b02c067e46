import { chmod, copyFile, link, mkdir } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { blobErrors } from './errors.js';

export interface PlacedFile {
  readonly path: string;
  readonly sha256: string;
  /** The blob's own path. */
  readonly source: string;
}

/** Errors of `link` that mean: this file system, or these two, cannot; a copy may. */
const LINK_REFUSED = new Set(['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'ENOSYS', 'EACCES']);

/** @throws AppError `BLOB.MISSING` | `BLOB.PATH_INVALID` */
export async function placeFiles(files: readonly PlacedFile[], dir: string): Promise<void> {
  const root = resolve(dir);
  await mkdir(root, { recursive: true, mode: 0o755 });
  for (const { path, sha256, source } of files) {
    const target = resolve(root, path);
    if (!target.startsWith(root + sep) || path.includes('\\')) throw blobErrors.PATH_INVALID({ path });
    await mkdir(dirname(target), { recursive: true, mode: 0o755 });
    try {
      await linkOrCopy(source, target);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw blobErrors.MISSING({ sha256 }, error);
      throw error;
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
