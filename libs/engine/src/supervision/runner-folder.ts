import { chmod, chown, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whyUnreadable } from './protections.js';

/** The address of a Unix socket holds 108 bytes on Linux, 104 on macOS. */
const SOCKET_PATH_BYTES = 100;
const LONGEST_SOCKET_NAME = '/999999/s'.length;
const PREFIX = 'run-';

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
   * not pass through it. Removes what processes that are gone have left in `workDir`.
   */
  static async create(workDir: string, forOtherUsers: boolean): Promise<RunnerFolders> {
    await mkdir(workDir, { recursive: true });
    await removeStale(workDir);
    const name = `${PREFIX}${process.pid}-`;
    const fits = join(workDir, `${name}XXXXXX`).length + LONGEST_SOCKET_NAME <= SOCKET_PATH_BYTES;
    const open = !forOtherUsers || !(await whyUnreadable(join(workDir, '.')));
    const base = await mkdtemp(join(fits && open ? workDir : tmpdir(), fits && open ? name : `steelyard-${name}`));
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

async function removeStale(workDir: string): Promise<void> {
  for (const name of await readdir(workDir)) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) await rm(join(workDir, name), { recursive: true, force: true });
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
