import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { PriceTerms } from '@steelyard/kernel';
import { packageErrors } from './errors.js';
import type { Manifest, PackageFile } from './manifest/manifest.js';
import { checkPaths } from './package-path.js';
import { readManifest } from './manifest/read-manifest.js';
import { filesOfSample, readSample, type Sample } from './sample.js';

/** A package read from a folder: everything that publishing it needs. */
export interface PackageFolder {
  readonly dir: string;
  readonly manifest: Manifest;
  readonly price: PriceTerms | undefined;
  /** `model.yaml` as JSON, as it was written: what `publishVersion` takes. */
  readonly source: unknown;
  /** Artifacts, card and samples, sorted by path. `model.yaml` itself is not one of them. */
  readonly files: readonly PackageFile[];
  readonly samples: readonly Sample[];
  /** The model card, Markdown. */
  readonly card: string;
  /** Where a file of `files` is on this machine. */
  pathOf(file: Pick<PackageFile, 'path'>): string;
}

const TEXT_FILE_BYTES_MAX = 1024 * 1024;

/**
 * Reads and checks the package in a folder. Hashes every file; follows no link.
 * @throws AppError `PACKAGE.*`
 */
export async function readPackageFolder(dir: string): Promise<PackageFolder> {
  const text = await readTextFile(dir, 'model.yaml', () => packageErrors.MANIFEST_MISSING({ dir }));
  const { manifest, price, source } = readManifest(text);
  const card = await readTextFile(dir, manifest.card, () => packageErrors.FILE_MISSING({ path: manifest.card, namedBy: 'the key card (README.md by default)' }));
  const samplePaths = await listSamples(dir);
  const samples = await Promise.all(samplePaths.map(async (path) => readSample(parseJson(path, await readTextFile(dir, path)), path)));
  const namedBy = new Map<string, string>([[manifest.card, 'the key card']]);
  for (const { path } of manifest.artifacts) namedBy.set(path, 'artifacts');
  samplePaths.forEach((path, index) => {
    namedBy.set(path, 'samples/');
    for (const file of filesOfSample(samples[index]!)) namedBy.set(file, path);
  });
  const paths = [...namedBy.keys()].sort();
  checkPaths(paths);
  const files: PackageFile[] = [];
  for (const path of paths) files.push(await hashFile(dir, path, namedBy.get(path)!));
  return { dir, manifest, price, source, files, samples, card, pathOf: (file) => join(dir, file.path) };
}

async function listSamples(dir: string): Promise<string[]> {
  const found = await statIn(dir, 'samples');
  if (!found) return [];
  if (!found.isDirectory()) throw packageErrors.FILE_NOT_REGULAR({ path: 'samples', what: describe(found) });
  const names = await readdir(join(dir, 'samples'));
  return names.filter((name) => name.endsWith('.json')).sort().map((name) => `samples/${name}`);
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw packageErrors.SAMPLE_INVALID({ path, problems: [{ path: '', message: error instanceof Error ? error.message : 'is no JSON' }] }, error);
  }
}

async function readTextFile(dir: string, path: string, missing = () => packageErrors.FILE_MISSING({ path, namedBy: 'the package' })): Promise<string> {
  const found = await statRegular(dir, path);
  if (!found) throw missing();
  if (found.size > TEXT_FILE_BYTES_MAX) throw packageErrors.FILE_TOO_LARGE({ path, size: found.size, maxBytes: TEXT_FILE_BYTES_MAX });
  return readFile(join(dir, path), 'utf8');
}

async function hashFile(dir: string, path: string, namedBy: string): Promise<PackageFile> {
  if (!(await statRegular(dir, path))) throw packageErrors.FILE_MISSING({ path, namedBy });
  const hash = createHash('sha256');
  let size = 0;
  await pipeline(createReadStream(join(dir, path)), async function count(source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      hash.update(chunk);
      size += chunk.length;
    }
  });
  return { path, sha256: hash.digest('hex'), size };
}

/** A file and every folder on the way to it, none of which may be a link. */
async function statRegular(dir: string, path: string): Promise<Stats | undefined> {
  const segments = path.split('/');
  for (let depth = 1; depth < segments.length; depth += 1) {
    const folder = segments.slice(0, depth).join('/');
    const found = await statIn(dir, folder);
    if (!found) return undefined;
    if (!found.isDirectory()) throw packageErrors.FILE_NOT_REGULAR({ path: folder, what: describe(found) });
  }
  const found = await statIn(dir, path);
  if (found && !found.isFile()) throw packageErrors.FILE_NOT_REGULAR({ path, what: describe(found) });
  return found;
}

async function statIn(dir: string, path: string): Promise<Stats | undefined> {
  try {
    return await lstat(join(dir, path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function describe(found: Stats): string {
  if (found.isSymbolicLink()) return 'a symbolic link';
  return found.isDirectory() ? 'a folder' : found.isFile() ? 'a plain file' : 'a special file';
}
