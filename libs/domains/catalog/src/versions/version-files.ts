import type { Manifest, Measurements, PackageFile } from '@steelyard/model-package';
import type { Database } from '@steelyard/platform-database';

/** That an organization has published some content as a version. */
export interface PublishedContent {
  readonly tenantId: string;
  readonly publishedAt: Date;
  /** As its publication stored it; null of a version that is not signed. */
  readonly signature: unknown;
}

export interface VersionFiles {
  readonly manifest: Manifest;
  readonly files: readonly PackageFile[];
  /** What its publication measured. */
  readonly measurements: Measurements | undefined;
  /** One for each version with this content that was not rejected. */
  readonly published: readonly PublishedContent[];
}

const SELECT = { tenantId: true, createdAt: true, manifest: true, files: true, measurements: true, signature: true } as const;

/**
 * What an engine needs to bring a version's files to its machine; `undefined` for an unknown digest. Organizations that publish the
 * same content share a digest: what was measured last counts.
 */
export async function readVersionFiles(database: Database, digest: string): Promise<VersionFiles | undefined> {
  return database.withPlatform(async (tx) => {
    const rows = await tx.modelVersion.findMany({ where: { digest, state: { not: 'rejected' } }, orderBy: { createdAt: 'desc' }, select: SELECT });
    const row = rows.find(({ measurements }) => measurements !== null) ?? rows[0];
    if (!row) return undefined;
    const measurements = (row.measurements ?? undefined) as unknown as Measurements | undefined;
    const published = rows.map(({ tenantId, createdAt, signature }) => ({ tenantId, publishedAt: createdAt, signature }));
    return { manifest: row.manifest as unknown as Manifest, files: row.files as unknown as PackageFile[], measurements, published };
  });
}
