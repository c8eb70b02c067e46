import type { Manifest, PackageFile } from '@steelyard/model-package';
import type { Database } from '@steelyard/platform-database';

export interface VersionFiles {
  readonly manifest: Manifest;
  readonly files: readonly PackageFile[];
}

/** What an engine needs to bring a version's files to its machine; `undefined` for an unknown digest. */
export async function readVersionFiles(database: Database, digest: string): Promise<VersionFiles | undefined> {
  const row = await database.withPlatform((tx) =>
    tx.modelVersion.findFirst({ where: { digest }, select: { manifest: true, files: true } }),
  );
  if (!row) return undefined;
  return { manifest: row.manifest as unknown as Manifest, files: row.files as unknown as PackageFile[] };
}
