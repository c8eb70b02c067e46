import semver from 'semver';

/** Whether `version` is in a manifest's `runtime.range`; pre-releases count. */
export function satisfiesRange(version: string, range: string): boolean {
  return semver.satisfies(version, range, { includePrerelease: true });
}
