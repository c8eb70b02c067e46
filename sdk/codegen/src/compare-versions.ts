/** The order of semantic versions (semver.org, section 11); build metadata, which has no order there, decides last. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parse(a), parse(b)];
  return (
    compareLists(left.core, right.core) ||
    // A version without a pre-release part comes after those with one.
    Number(left.pre.length === 0) - Number(right.pre.length === 0) ||
    compareLists(left.pre, right.pre) ||
    compareTexts(a, b)
  );
}

function parse(version: string): { core: string[]; pre: string[] } {
  const [main = ''] = version.split('+');
  const dash = main.indexOf('-');
  const core = dash < 0 ? main : main.slice(0, dash);
  return { core: core.split('.'), pre: dash < 0 ? [] : main.slice(dash + 1).split('.') };
}

function compareLists(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const order = compareParts(a[index]!, b[index]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Numbers by size and before words; words by their characters. */
function compareParts(a: string, b: string): number {
  const [aIsNumber, bIsNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (aIsNumber && bIsNumber) return a.length - b.length || compareTexts(a, b);
  return Number(bIsNumber) - Number(aIsNumber) || compareTexts(a, b);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
