import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { databaseErrors } from '../errors.js';
import type { Binaries } from './binaries.js';
import { isAlive } from './postmaster.js';
import type { ProcessUser } from './process-user.js';
import { runProgram } from './run-program.js';

/** The superuser that initdb makes. Only the set-up of the server uses it. */
export const SUPERUSER = 'postgres';

export interface DataFolderOptions {
  readonly binaries: Binaries;
  readonly user: ProcessUser;
  /** `false` skips the flush to disk: for folders that are thrown away. */
  readonly durable: boolean;
}

/**
 * Makes `folder` a PostgreSQL data folder unless it is one. Made beside its place and moved there, so that a folder is whole
 * or absent, whoever else starts at the same time or is killed in between.
 * @throws AppError DATABASE.FOREIGN_DATA_FOLDER when another major version made it.
 */
export async function ensureDataFolder(folder: string, options: DataFolderOptions): Promise<void> {
  if (await isDataFolder(folder, options.binaries)) return;
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  await removeAbandoned(folder);
  const draft = `${folder}.${process.pid}-${randomBytes(4).toString('hex')}.new`;
  await mkdir(draft, { mode: 0o700 });
  try {
    if (options.user.kind === 'other') await chown(draft, options.user.uid, options.user.gid);
    // C.UTF-8 sorts by code point on every machine alike, and still knows upper from lower case.
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    const args = ['--pgdata', draft, '--auth=trust', `--username=${SUPERUSER}`, ...locale, ...(options.durable ? [] : ['--no-sync'])];
    await runProgram({ ...options, name: 'initdb', args, what: 'make its data folder' });
    await rename(draft, folder);
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    if (await isDataFolder(folder, options.binaries)) return;
    throw cause;
  }
}

async function isDataFolder(folder: string, { major }: Binaries): Promise<boolean> {
  const found = await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (found === undefined) {
    const content = await readdir(folder).catch(() => []);
    if (content.length > 0) throw databaseErrors.INCOMPLETE_DATA_FOLDER({ folder });
    return false;
  }
  if (found.trim() !== major) throw databaseErrors.FOREIGN_DATA_FOLDER({ folder, found: found.trim(), expected: major });
  return true;
}

/** Drafts of processes that are gone; a living process may still be at its own. */
async function removeAbandoned(folder: string): Promise<void> {
  const draft = new RegExp(`^${escapeRegExp(basename(folder))}\\.(\\d+)-[0-9a-f]+\\.new$`);
  for (const name of await readdir(dirname(folder))) {
    const pid = Number(draft.exec(name)?.[1]);
    if (pid > 0 && !isAlive(pid)) await rm(join(dirname(folder), name), { recursive: true, force: true });
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
