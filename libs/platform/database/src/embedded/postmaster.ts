import { execFileSync } from 'node:child_process';
import { readFile, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';

/** What a running server writes into `postmaster.pid` of its data folder. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly socketDir: string;
  /** `starting`, `ready`, `stopping` or `standby`; empty just after the file was made. */
  readonly status: string;
}

/** Reads `postmaster.pid`; `undefined` when there is none, or one that is just being written. */
export async function readPostmaster(dataFolder: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(dataFolder, 'postmaster.pid'), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return '';
    throw cause;
  });
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  return { pid, port: Number(lines[3]) || 0, socketDir: lines[4] ?? '', status: lines[7] ?? '' };
}

/**
 * Whether process `pid` is a server of this data folder. After a crash its number may belong to any other process, in a
 * container most likely to one of ours, and PostgreSQL would then refuse to start.
 */
export async function isServing(pid: number, dataFolder: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const folder = await realpath(dataFolder);
  if (process.platform === 'linux') {
    // The postmaster makes its data folder its working folder.
    const workingFolder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
    if (workingFolder !== undefined) return workingFolder === folder;
  }
  try {
    const command = execFileSync('ps', ['-p', String(pid), '-o', 'args='], { encoding: 'utf8' });
    return command.includes(dataFolder) || command.includes(folder);
  } catch {
    return false;
  }
}

/** Whether the process exists and is not just waiting to be reaped by a parent that does not care. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}
