import semver from 'semver';

/** The published version that callers of `version` come from: the highest below it, pre-releases, which promise nothing, left out. */
export function predecessorOf(version: string, published: readonly string[]): string | undefined {
  const below = published.filter((other) => semver.prerelease(other) === null && semver.lt(other, version));
  return semver.rsort(below)[0];
}

/** Whether callers of `predecessor` expect that `version` may break them: another major version, of 0.x another minor one. */
export function mayBreak(version: string, predecessor: string): boolean {
  return lineOf(version) !== lineOf(predecessor);
}

/** The first number that may break callers of `predecessor` and whose line is not begun yet. */
export function nextBreaking(predecessor: string, published: readonly string[]): string {
  const taken = new Set(published.map(lineOf));
  const step = semver.major(predecessor) === 0 ? 'minor' : 'major';
  let next = semver.inc(predecessor, step)!;
  while (taken.has(lineOf(next))) next = semver.inc(next, step)!;
  return next;
}

function lineOf(version: string): string {
  const major = semver.major(version);
  return major === 0 ? `0.${semver.minor(version)}` : String(major);
}
