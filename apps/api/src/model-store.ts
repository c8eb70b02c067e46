import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readVersionFiles } from '@steelyard/domain-catalog';
import type { MaterializedModel, ModelStore } from '@steelyard/engine';
import { newId } from '@steelyard/kernel';
import type { Manifest } from '@steelyard/model-package';
import type { BlobStore } from '@steelyard/platform-blob-store';
import type { Database } from '@steelyard/platform-database';
import { apiErrors } from './errors.js';

export interface ModelStoreOptions {
  readonly database: Database;
  readonly blobs: BlobStore;
  readonly dir: string;
}

/** Lays a version's files out in a private folder, named by its digest, once. */
export function createModelStore({ database, blobs, dir }: ModelStoreOptions): ModelStore {
  const underway = new Map<string, Promise<MaterializedModel>>();

  async function materialize(digest: string): Promise<MaterializedModel> {
    const target = join(dir, digest);
    const present = await readManifest(target);
    if (present) return { dir: target, manifest: present };
    const content = await readVersionFiles(database, digest);
    if (!content) throw apiErrors.DIGEST_UNKNOWN({ digest });
    await mkdir(dir, { recursive: true });
    const draft = join(dir, `.${newId()}`);
    await blobs.materialize(content.files, draft);
    await writeFile(join(draft, 'manifest.json'), JSON.stringify(content.manifest));
    await rename(draft, target).catch(() => rm(draft, { recursive: true, force: true }));
    return { dir: target, manifest: content.manifest };
  }

  return {
    materialize(digest) {
      const running = underway.get(digest) ?? materialize(digest).finally(() => underway.delete(digest));
      underway.set(digest, running);
      return running;
    },
  };
}

async function readManifest(dir: string): Promise<Manifest | undefined> {
  try {
    return JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8')) as Manifest;
  } catch {
    return undefined;
  }
}
