import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readVersionFiles } from '@steelyard/domain-catalog';
import type { MaterializedModel, ModelStore } from '@steelyard/engine';
import { newId } from '@steelyard/kernel';
import type { Manifest, Measurements } from '@steelyard/model-package';
import type { BlobStore } from '@steelyard/platform-blob-store';
import type { Database } from '@steelyard/platform-database';
import { apiErrors } from './errors.js';

export interface ModelStoreOptions {
  readonly database: Database;
  readonly blobs: BlobStore;
  readonly dir: string;
}

/**
 * Lays a version's files out in a private folder, named by its digest, once. What was measured of it lies beside the folder, where
 * no file of the package can take its place.
 */
export function createModelStore({ database, blobs, dir }: ModelStoreOptions): ModelStore {
  const underway = new Map<string, Promise<MaterializedModel>>();

  async function materialize(digest: string): Promise<MaterializedModel> {
    const target = join(dir, digest);
    const facts = `${target}.measurements.json`;
    const present = await readJson<Manifest>(join(target, 'manifest.json'));
    if (present) return materialized(target, present, await readJson<Measurements>(facts));
    const content = await readVersionFiles(database, digest);
    if (!content) throw apiErrors.DIGEST_UNKNOWN({ digest });
    await mkdir(dir, { recursive: true });
    const draft = join(dir, `.${newId()}`);
    await blobs.materialize(content.files, draft);
    await writeFile(join(draft, 'manifest.json'), JSON.stringify(content.manifest));
    if (content.measurements) await writeFile(facts, JSON.stringify(content.measurements));
    await rename(draft, target).catch(() => rm(draft, { recursive: true, force: true }));
    return materialized(target, content.manifest, content.measurements);
  }

  return {
    materialize(digest) {
      const running = underway.get(digest) ?? materialize(digest).finally(() => underway.delete(digest));
      underway.set(digest, running);
      return running;
    },
  };
}

function materialized(dir: string, manifest: Manifest, measurements: Measurements | undefined): MaterializedModel {
  return { dir, manifest, tuning: measurements?.tuning, memoryBytes: measurements?.memoryBytes, measuredOn: measurements?.device };
}

async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
