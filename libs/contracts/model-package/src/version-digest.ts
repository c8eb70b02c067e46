import { createHash } from 'node:crypto';
import { canonicalJson } from '@steelyard/kernel';
import type { Manifest, PackageFile } from './manifest/manifest.js';

/**
 * What a version is: the sha256, in hex, of the RFC 8785 JSON of its normalised manifest and its files sorted by path.
 * Price is not part of a manifest, so a price change makes no new version.
 */
export function versionDigest(manifest: Manifest, files: readonly PackageFile[]): string {
  const sorted = files.map(({ path, sha256, size }) => ({ path, sha256, size })).sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return createHash('sha256').update(canonicalJson({ manifest, files: sorted }), 'utf8').digest('hex');
}
