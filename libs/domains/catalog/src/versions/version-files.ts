import type { Manifest, Measurements, PackageFile } from '@steelyard/model-package';
import { Prisma, type Database } from '@steelyard/platform-database';

export interface VersionFiles {
  readonly manifest: Manifest;
  readonly files: readonly PackageFile[];
  /** What its publication measured. */
  readonly measurements: Measurements | undefined;
}

/**
 * What an engine needs to bring a version's files to its machine; `undefined` for an unknown digest. Organizations that publish the
 * same content share a digest: what was measured last counts.
 */
export async function readVersionFiles(database: Database, digest: string): Promise<VersionFiles | undefined> {
  const select = { manifest: true, files: true, measurements: true } as const;
  const row = await database.withPlatform(
    async (tx) =>
      (await tx.modelVersion.findFirst({ where: { digest, measurements: { not: Prisma.DbNull } }, orderBy: { createdAt: 'desc' }, select })) ??
      tx.modelVersion.findFirst({ where: { digest }, select }),
  );
  if (!row) return undefined;
  const measurements = (row.measurements ?? undefined) as unknown as Measurements | undefined;
  return { manifest: row.manifest as unknown as Manifest, files: row.files as unknown as PackageFile[], measurements };
}
