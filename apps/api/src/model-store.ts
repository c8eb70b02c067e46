import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readVersionFiles, type VersionFiles } from '@steelyard/domain-catalog';
import { OrganizationHandles } from '@steelyard/domain-identity';
import { vouchForContent } from '@steelyard/domain-publishing';
import type { MaterializedModel, ModelStore } from '@steelyard/engine';
import { newId } from '@steelyard/kernel';
import type { BlobStore } from '@steelyard/platform-blob-store';
import type { Database } from '@steelyard/platform-database';
import { apiErrors } from './errors.js';
import { damageOf } from './laid-out-files.js';

export interface ModelStoreOptions {
  readonly database: Database;
  readonly blobs: BlobStore;
  readonly dir: string;
}

const MANIFEST = 'manifest.json';

/**
 * Lays a version's files out in a private folder, named by its digest, where its runners read them. Before every load it is proved again that
 * they are what was published: digest and signature of what the database says, the sha256 of every file. A folder that was damaged is laid
 * out anew from the stored files; when those are damaged too, the version does not load.
 */
export function createModelStore({ database, blobs, dir }: ModelStoreOptions): ModelStore {
  const handles = new OrganizationHandles(database);
  const underway = new Map<string, Promise<MaterializedModel>>();

  async function materialize(digest: string): Promise<MaterializedModel> {
    const content = await readVersionFiles(database, digest);
    if (!content) throw apiErrors.DIGEST_UNKNOWN({ digest });
    await vouchForContent({ database, handles }, digest, content);
    const target = join(dir, digest);
    if ((await damageIn(target, content)) !== undefined) {
      await rm(target, { recursive: true, force: true });
      await layOut(target, content);
    }
    const { manifest, measurements } = content;
    return { dir: target, manifest, tuning: measurements?.tuning, memoryBytes: measurements?.memoryBytes, measuredOn: measurements?.device };
  }

  /** Whole or not at all. */
  async function layOut(target: string, content: VersionFiles): Promise<void> {
    const draft = join(dir, `.${newId()}`);
    await mkdir(dir, { recursive: true });
    try {
      await blobs.materialize(content.files, draft);
      await writeFile(join(draft, MANIFEST), manifestOf(content), { flag: 'wx', mode: 0o444 });
      const damage = await damageIn(draft, content);
      if (damage !== undefined) throw apiErrors.FILES_DAMAGED({ model: content.manifest.name, version: content.manifest.version, damage });
      await rename(draft, target).catch(async (error: unknown) => {
        // Another server of this data folder was faster.
        if ((await damageIn(target, content)) !== undefined) throw error;
      });
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }

  return {
    materialize(digest) {
      const running = underway.get(digest) ?? materialize(digest).finally(() => underway.delete(digest));
      underway.set(digest, running);
      return running;
    },
  };
}

const manifestOf = ({ manifest }: VersionFiles): string => JSON.stringify(manifest);

function damageIn(folder: string, content: VersionFiles): Promise<string | undefined> {
  return damageOf(folder, { files: content.files, texts: { [MANIFEST]: manifestOf(content) } });
}
