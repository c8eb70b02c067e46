import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { PackageFile } from '@steelyard/model-package';

export interface ExpectedFiles {
  readonly files: readonly PackageFile[];
  /** Files of ours, with what they say. */
  readonly texts: Readonly<Record<string, string>>;
}

/** What of a folder is not as it should be: a file that is missing, is another, or does not belong there; `undefined` when all is well. Reads all of it. */
export async function damageOf(folder: string, { files, texts }: ExpectedFiles): Promise<string | undefined> {
  const found = await filesIn(folder);
  if (!found) return 'there is no such folder';
  const expected = new Set([...files.map(({ path }) => path), ...Object.keys(texts)]);
  const missing = [...expected].find((path) => !found.has(path));
  if (missing !== undefined) return `${missing} is missing`;
  const foreign = [...found].find((path) => !expected.has(path));
  if (foreign !== undefined) return `${foreign} does not belong to it`;
  for (const [path, text] of Object.entries(texts)) if ((await readFile(join(folder, path), 'utf8')) !== text) return `${path} was changed`;
  for (const { path, sha256 } of files) {
    const actual = await sha256Of(join(folder, path));
    if (actual !== sha256) return `${path} has the sha256 ${actual}, not ${sha256}`;
  }
  return undefined;
}

/** Paths with forward slashes of everything that is no folder, links too. */
async function filesIn(folder: string): Promise<Set<string> | undefined> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return new Set(entries.filter((entry) => !entry.isDirectory()).map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}
