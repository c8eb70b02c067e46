import type { Manifest, PackageFile } from '../manifest/manifest.js';
import { versionDigest } from '../version-digest.js';

/** What a provider signs: that this content is this version of this model of this organization. */
export interface VersionStatement {
  /** The version's digest: of its manifest and of every file. */
  readonly sha256: string;
  /** Bytes of all files together. */
  readonly size: number;
  /** Handle of the organization. */
  readonly tenant: string;
  readonly model: string;
  readonly version: string;
}

export function statementOf(tenant: string, manifest: Manifest, files: readonly PackageFile[]): VersionStatement {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  return { sha256: versionDigest(manifest, files), size, tenant, model: manifest.name, version: manifest.version };
}
