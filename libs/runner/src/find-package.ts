import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** As Node's own: what `exports` may ask for. A package that has types first names them by a condition that is not ours. */
const CONDITIONS = new Set(['node', 'import', 'default']);

interface PackageJson {
  readonly version?: string;
  readonly exports?: unknown;
  readonly main?: unknown;
}

/**
 * The entry of a package as a module in `folder` would import it: from the nearest `node_modules` above that has it.
 * Undefined where none has. (Node has no such function that takes packages for `import` alone.)
 */
export async function findPackageEntry(packageName: string, folder: string): Promise<URL | undefined> {
  const found = await findPackage(packageName, folder);
  return found && pathToFileURL(path.join(found.dir, entryOf(found.json)));
}

/** Which version of a package a module in `folder` would get; undefined where there is none. */
export async function findPackageVersion(packageName: string, folder: string): Promise<string | undefined> {
  return (await findPackage(packageName, folder))?.json.version;
}

async function findPackage(packageName: string, folder: string): Promise<{ dir: string; json: PackageJson } | undefined> {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const dir = path.join(at, 'node_modules', packageName);
    const text = await readFile(path.join(dir, 'package.json'), 'utf8').catch(() => undefined);
    if (text !== undefined) return { dir, json: JSON.parse(text) as PackageJson };
    if (at === path.dirname(at)) return undefined;
  }
}

function entryOf({ exports, main }: PackageJson): string {
  const chosen = choose(isSubpaths(exports) ? exports['.'] : exports);
  return chosen ?? (typeof main === 'string' ? main : 'index.js');
}

function isSubpaths(exports: unknown): exports is Record<string, unknown> {
  return typeof exports === 'object' && exports !== null && '.' in exports;
}

/** The first that fits, in the order of the package, as the rules of Node have it. */
function choose(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  if (Array.isArray(target)) return target.map(choose).find((found) => found !== undefined);
  if (typeof target !== 'object' || target === null) return undefined;
  for (const [condition, value] of Object.entries(target)) {
    const found = CONDITIONS.has(condition) ? choose(value) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
