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

/** A blob can be replaced by an equal one so many times while it is linked. */
const LINK_TRIES = 5;

async function linkOrCopy(source: string, target: string, tries = LINK_TRIES): Promise<void> {
  try {
    await link(source, target);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    // `link` says so as well when an equal blob, sent by somebody else, takes this one's place in that moment.
    if (code === 'ENOENT' && tries > 1) return linkOrCopy(source, target, tries - 1);
    if (!LINK_REFUSED.has(code)) throw error;
    await copyFile(source, target);
    await chmod(target, 0o444);
  }
}
