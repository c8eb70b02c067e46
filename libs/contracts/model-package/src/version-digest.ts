import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Manifest, PackageFile } from './manifest/manifest.js';

// The package's types promise an ES module, but what Node gives is the function itself.
const serialize = canonicalize as unknown as (value: unknown) => string | undefined;

/**
 * What a version is: the sha256, in hex, of the RFC 8785 JSON of its normalised manifest and its files sorted by path.
 * Price is not part of a manifest, so a price change makes no new version.
 */
export function versionDigest(manifest: Manifest, files: readonly PackageFile[]): string {
  const sorted = files.map(({ path, sha256, size }) => ({ path, sha256, size })).sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  // RFC 8785 is defined for every JSON value, so this is text.
  return createHash('sha256').update(serialize({ manifest, files: sorted })!, 'utf8').digest('hex');
}
