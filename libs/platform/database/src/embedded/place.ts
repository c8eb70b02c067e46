import { createHash } from 'node:crypto';
import { chmod, cp, lchown, mkdir, mkdtemp, readdir, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { DatabaseLog } from '../database.js';
import type { Binaries } from './binaries.js';
import { canEnter, chooseProcessUser, type ProcessUser } from './process-user.js';

/** Where the server's programs, data and log lie, and as whom it runs. */
export interface Place {
  readonly binaries: Binaries;
  readonly user: ProcessUser;
  readonly dataFolder: string;
  readonly logFile: string;
}

export interface PlaceOptions {
  readonly dataDir: string;
  readonly log?: DatabaseLog | undefined;
  /** `false` behaves as where user namespaces are forbidden. */
  readonly allowNamespace?: boolean | undefined;
  /** Where programs and data go that the server cannot reach at their own place. Default `/var/lib/steelyard`. */
  readonly publicDir?: string | undefined;
}

/**
 * Finds a place that the server can work in. That is `dataDir` itself, except when this process is root, may not make user
 * namespaces, and other users cannot pass through the folders above: then programs and data go to `publicDir`, and `dataDir`
 * keeps a link to the data.
 */
export async function findPlace(found: Binaries, options: PlaceOptions): Promise<Place> {
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const dataFolder = join(dataDir, 'postgres');
  const logFile = join(dataDir, 'postgres.log');
  const user = await userOf(dataFolder, chooseProcessUser(found.root, options));
  if (user.kind !== 'other') return { binaries: found, user, dataFolder, logFile };

  const publicDir = options.publicDir ?? '/var/lib/steelyard';
  await mkdir(publicDir, { recursive: true });
  await letPass(publicDir);
  await letPass(dataDir);
  const binaries = canEnter(user, join(found.root, 'bin')) ? found : await copyBinaries(found, publicDir);
  if (canEnter(user, dataDir)) {
    if (await isFolder(dataFolder)) await giveTo(user, dataFolder);
    return { binaries, user, dataFolder, logFile };
  }
  const to = join(publicDir, createHash('sha256').update(dataDir).digest('hex').slice(0, 16), 'postgres');
  options.log?.warn({ dataFolder, to }, 'the embedded PostgreSQL cannot run as root, and no other user can reach the data folder: its data lies elsewhere');
  await moveData(dataFolder, { to, user });
  return { binaries, user, dataFolder: to, logFile };
}

/** Data that an earlier start gave to another user stays with that user. */
async function userOf(dataFolder: string, chosen: ProcessUser): Promise<ProcessUser> {
  if (chosen.kind !== 'namespace') return chosen;
  const owner = await stat(dataFolder).catch(() => undefined);
  return owner && owner.uid !== 0 ? { kind: 'other', uid: owner.uid, gid: owner.gid } : chosen;
}

/** Others may pass through a folder of ours, though not look around; what lies in it has its own modes. */
async function letPass(folder: string): Promise<void> {
  const { mode } = await stat(folder);
  if ((mode & 0o011) !== 0o011) await chmod(folder, (mode & 0o7777) | 0o011);
}

async function copyBinaries(found: Binaries, publicDir: string): Promise<Binaries> {
  const root = join(publicDir, `postgresql-${found.version}`);
  if (!(await isFolder(root))) {
    await putInPlace(root, async (draft) => {
      await cp(found.root, draft, { recursive: true, verbatimSymlinks: true });
      await chmod(draft, 0o755);
    });
  }
  return { ...found, root };
}

/** Leaves a link where the data would be. What an earlier start put there itself is copied, and kept under another name. */
async function moveData(dataFolder: string, { to, user }: { to: string; user: ProcessUser }): Promise<void> {
  if ((await readlink(dataFolder).catch(() => undefined)) === to) return;
  await mkdir(dirname(to), { recursive: true });
  await letPass(dirname(to));
  if (await isFolder(dataFolder)) {
    await putInPlace(to, async (draft) => {
      await cp(dataFolder, draft, { recursive: true, verbatimSymlinks: true });
      await chmod(draft, 0o700);
      await giveTo(user, draft);
    });
    await rename(dataFolder, `${dataFolder}.moved`);
  }
  await symlink(to, dataFolder);
}

/** Fills a folder beside `path` and moves it there, so that `path` is whole or absent. Another process may have been faster. */
async function putInPlace(path: string, fill: (draft: string) => Promise<void>): Promise<void> {
  const draft = await mkdtemp(`${path}.`);
  try {
    await fill(draft);
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    if (!(await isFolder(path))) throw cause;
  }
}

async function giveTo(user: ProcessUser, folder: string): Promise<void> {
  if (user.kind !== 'other' || (await stat(folder)).uid === user.uid) return;
  for (const entry of await readdir(folder, { recursive: true })) await lchown(join(folder, entry), user.uid, user.gid);
  await lchown(folder, user.uid, user.gid);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
