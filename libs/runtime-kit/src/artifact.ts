import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { runtimeErrors } from './errors.js';

/**
 * The absolute path of a package's file, safe to hand to a native library: inside `dir`, a plain file, and no link on
 * the way to it.
 * @param dir The folder of the package, from {@link OpenContext.dir}.
 * @param relative As written in the manifest: forward slashes.
 * @throws AppError `RUNTIME.ARTIFACT_REFUSED`.
 */
export async function loadArtifactPath(dir: string, relative: string): Promise<string> {
  const refuse = (reason: string): Error => runtimeErrors.ARTIFACT_REFUSED({ path: relative, reason });
  const parts = relative.split('/');
  if (relative === '' || relative.includes('\\') || relative.includes('\0') || path.isAbsolute(relative) || /^[a-z]:/i.test(relative)) {
    throw refuse('it is not a relative path with forward slashes');
  }
  if (parts.some((part) => part === '' || part === '.' || part === '..')) throw refuse('it leaves its folder or is not normalised');
  const root = await realpath(dir);
  let current = root;
  for (const [index, part] of parts.entries()) {
    current = path.join(current, part);
    const stat = await lstat(current).catch(() => undefined);
    if (!stat) throw refuse('it does not exist');
    if (stat.isSymbolicLink()) throw refuse('it is a symbolic link');
    if (index < parts.length - 1 ? !stat.isDirectory() : !stat.isFile()) throw refuse('it is not a plain file');
  }
  return current;
}
