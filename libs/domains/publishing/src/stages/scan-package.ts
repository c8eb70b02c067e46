import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dispatch } from '@steelyard/dispatch';
import { compileSchema, satisfiesRange, type Manifest, type PackageFile } from '@steelyard/model-package';
import type { BlobStore } from '@steelyard/platform-blob-store';
import type { DescribedHeader } from '@steelyard/wire';
import { publishingErrors } from '../errors.js';
import type { StageSuccess } from '../stage-recorder.js';
import { readHead, refusalOf } from './artifact-format.js';

export interface Quarantined {
  readonly dir: string;
  readonly manifest: Manifest;
}

/**
 * Refuses files that are no data, samples' files as well as artifacts, and a runtime that is not here or not in range; then has the runtime look at the
 * package in a throw-away process.
 * @throws AppError `PUBLISHING.*` | `RUNTIME.*`
 */
export async function scanPackage(model: Quarantined, files: readonly PackageFile[], dispatch: Dispatch): Promise<StageSuccess<void>> {
  const { manifest, dir } = model;
  for (const { path } of files) {
    const reason = refusalOf(await readHead(join(dir, path)));
    if (reason !== undefined) throw publishingErrors.ARTIFACT_REFUSED({ path, reason });
  }
  const runtime = await dispatch.describe(manifest.runtime.name);
  checkRuntime(manifest, runtime);
  const { format, notes } = await dispatch.inspect(model);
  return {
    value: undefined,
    message: `${runtime.name} ${runtime.version} accepts the artifacts as ${format}`,
    detail: { runtime: { name: runtime.name, version: runtime.version }, format, notes },
  };
}

function checkRuntime(manifest: Manifest, runtime: DescribedHeader): void {
  const { name, range, options } = manifest.runtime;
  if (!satisfiesRange(runtime.version, range)) throw publishingErrors.RUNTIME_OUT_OF_RANGE({ runtime: name, version: runtime.version, range });
  const problems = compileSchema(runtime.optionsSchema, { trusted: true })(options);
  if (problems.length > 0) throw publishingErrors.RUNTIME_OPTIONS_INVALID({ runtime: name, problems });
  const hasGpu = runtime.devices.some((device) => device !== 'cpu');
  if (manifest.resources.gpu === 'require' && !hasGpu) throw publishingErrors.DEVICE_UNAVAILABLE({ runtime: name, devices: runtime.devices });
}

/** Puts the package where only its own runners look: `dir` must not exist yet. */
export async function quarantine(manifest: Manifest, files: readonly PackageFile[], { blobs, dir }: { blobs: BlobStore; dir: string }): Promise<Quarantined> {
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  await blobs.materialize(files, dir);
  const path = join(dir, 'manifest.json');
  await writeFile(path, JSON.stringify(manifest));
  await chmod(path, 0o444);
  return { dir, manifest };
}
