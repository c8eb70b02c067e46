import { readFile, stat } from 'node:fs/promises';
import type { Manifest } from '@steelyard/model-package';
import { opFilesOf } from '@steelyard/model-package/op-files';
import { loadArtifactPath, reasonOf, runtimeErrors } from '@steelyard/runtime-kit';

const MEGABYTE = 2 ** 20;
/** A vocabulary of 250,000 pieces takes 17 MB. */
const BYTES_MAX = 64 * MEGABYTE;

/** The contents of the artifacts that ops read, by path. */
export type OpFiles = ReadonlyMap<string, string>;
export const NO_FILES: OpFiles = new Map();

/**
 * Reads, when a version is loaded, what its ops need.
 * @throws AppError `RUNTIME.ARTIFACT_REFUSED` for a file that is missing, is a link, is too large or is no text.
 */
export async function readOpFiles(dir: string, manifest: Pick<Manifest, 'pre' | 'post'>): Promise<OpFiles> {
  const files = new Map<string, string>();
  for (const name of opFilesOf(manifest)) files.set(name, await readText(dir, name));
  return files;
}

/** What the runtime gets to see: a package whose artifacts are its own alone. */
export function withoutOpFiles<M extends Manifest>(manifest: M): M {
  const read = opFilesOf(manifest);
  return read.size === 0 ? manifest : { ...manifest, artifacts: manifest.artifacts.filter(({ path }) => !read.has(path)) };
}

/** @throws AppError `RUNTIME.LOAD_FAILED` for a manifest that nobody checked. */
export function fileOf(files: OpFiles, name: string): string {
  const content = files.get(name);
  if (content !== undefined) return content;
  throw runtimeErrors.LOAD_FAILED({ model: 'manifest.json', reason: `an op reads "${name}", which is not there` });
}

async function readText(dir: string, name: string): Promise<string> {
  const file = await loadArtifactPath(dir, name);
  if ((await stat(file)).size > BYTES_MAX) throw runtimeErrors.ARTIFACT_REFUSED({ path: name, reason: `it is larger than ${BYTES_MAX / MEGABYTE} MB` });
  const bytes = await readFile(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw runtimeErrors.ARTIFACT_REFUSED({ path: name, reason: `it is no text in UTF-8: ${reasonOf(error)}` }, error);
  }
}
