import type { PossessionKey } from '../persistence/possessions.repository.js';

/** What an upload under way will be: whose, of which file, and of how many bytes in all. */
export interface UploadName extends PossessionKey {
  readonly length: number;
}

/** The ids of an organization's uploads begin with this, so that nobody goes on with, or learns of, another's. */
export function uploadsOf(tenantId: string): string {
  return `${tenantId}-`;
}

export function uploadsOfFile({ tenantId, sha256 }: PossessionKey): string {
  return `${uploadsOf(tenantId)}${sha256}-`;
}

export function uploadIdOf(name: UploadName): string {
  return uploadsOfFile(name) + String(name.length);
}

/** Of an id that {@link uploadIdOf} gave. */
export function readUploadId(uploadId: string): UploadName {
  const [, tenantId, sha256, length] = /^(.+)-([0-9a-f]{64})-(\d+)$/.exec(uploadId)!;
  return { tenantId: tenantId!, sha256: sha256!, length: Number(length) };
}
