import { chmod, chown, mkdir, mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whyUnreadable } from './protections.js';

/** The address of a Unix socket holds 108 bytes on Linux, 104 on macOS. */
const SOCKET_PATH_BYTES = 100;
const LONGEST_SOCKET_NAME = '/999999/s'.length;
const PREFIX = 'steelyard-run-';

/** A runner's private place: its socket, an empty working directory, a folder for temporary files. */
export interface RunnerFolder {
  readonly path: string;
  readonly socketPath: string;
  readonly home: string;
  readonly tmp: string;
}

/** Makes and removes runner folders, all in one folder of this process. */
export class RunnerFolders {
  readonly base: string;
  #count = 0;

  private constructor(base: string) {
    this.base = base;
  }

  /**
   * In `workDir`, or in the system's temporary folder when the path would be too long for a socket or other users may
   * not pass through it. Removes what processes that are gone have left in either.
   */
  static async create(workDir: string, forOtherUsers: boolean): Promise<RunnerFolders> {
    await mkdir(workDir, { recursive: true });
    const namespace = await pidNamespace();
    await Promise.all([workDir, tmpdir()].map((dir) => removeStale(dir, namespace)));
    const name = `${PREFIX}${namespace}-${process.pid}-`;
    const fits = join(workDir, `${name}XXXXXX`).length + LONGEST_SOCKET_NAME <= SOCKET_PATH_BYTES;
    const open = !forOtherUsers || !(await whyUnreadable(join(workDir, '.')));
    const base = await mkdtemp(join(fits && open ? workDir : tmpdir(), name));
    if (forOtherUsers) await chmod(base, 0o711);
    return new RunnerFolders(base);
  }

  /** `uid` becomes the owner, when given; nobody else may enter. */
  async make(uid: number | undefined): Promise<RunnerFolder> {
    this.#count += 1;
    const path = join(this.base, String(this.#count));
    const folder = { path, socketPath: join(path, 's'), home: join(path, 'home'), tmp: join(path, 'tmp') };
    await mkdir(path, { mode: 0o700 });
    await Promise.all([mkdir(folder.home, { mode: 0o500 }), mkdir(folder.tmp, { mode: 0o700 })]);
    if (uid !== undefined) await Promise.all([path, folder.home, folder.tmp].map((part) => chown(part, uid, uid)));
    return folder;
  }

  async remove({ path }: RunnerFolder): Promise<void> {
    await rm(path, { recursive: true, force: true });
  }

  async removeAll(): Promise<void> {
    await rm(this.base, { recursive: true, force: true });
  }
}

/** Process ids mean something only within their namespace; a temporary folder may be shared by several. */
async function pidNamespace(): Promise<string> {
  const link = await readlink('/proc/self/ns/pid').catch(() => '');
  return /\d+/.exec(link)?.[0] ?? '0';
}

/** Another user's leftovers are that user's to remove. */
async function removeStale(dir: string, namespace: string): Promise<void> {
  const stale = new RegExp(`^${PREFIX}${namespace}-(\\d+)-`);
  for (const name of await readdir(dir)) {
    const pid = stale.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) await rm(join(dir, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
