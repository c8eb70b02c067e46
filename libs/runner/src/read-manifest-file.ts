import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Manifest } from '@steelyard/model-package';
import { reasonOf, runtimeErrors } from '@steelyard/runtime-kit';
import type { Runtime } from '@steelyard/runtime-kit';
import satisfies from 'semver/functions/satisfies.js';
import validRange from 'semver/ranges/valid.js';

/** The normalised manifest that the host put beside a version's files. The host has checked it; it is read as it is. */
export async function readManifestFile(dir: string): Promise<Manifest> {
  try {
    return JSON.parse(await readFile(path.join(dir, 'manifest.json'), 'utf8')) as Manifest;
  } catch (error) {
    throw runtimeErrors.LOAD_FAILED({ model: 'manifest.json', reason: reasonOf(error) }, error);
  }
}

/**
 * Checks that a manifest asks for this runtime, in this version.
 * @throws AppError `RUNTIME.INCOMPATIBLE`.
 */
export function checkRuntimeRange(runtime: Pick<Runtime, 'name' | 'version'>, wanted: Manifest['runtime']): void {
  const { name, version } = runtime;
  if (wanted.name !== name) throw runtimeErrors.INCOMPATIBLE({ runtime: name, reason: `the model asks for "${wanted.name}"` });
  if (!validRange(wanted.range)) {
    throw runtimeErrors.INCOMPATIBLE({ runtime: name, reason: `the model's range "${wanted.range}" is not a version range` });
  }
  if (!satisfies(version, wanted.range, { includePrerelease: true })) {
    throw runtimeErrors.INCOMPATIBLE({ runtime: name, reason: `the model asks for ${wanted.range}, here is ${version}` });
  }
}
