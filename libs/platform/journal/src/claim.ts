import { readFileSync, readlinkSync } from 'node:fs';
import { open, readFile, readdir, rm, stat, utimes, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { journalErrors } from './errors.js';
import { readSegmentName } from './position.js';

const HEARTBEAT_MS = 1_000;
/** A claim made in another process namespace (a container, another boot) counts as dead after so long without a heartbeat. */
const SILENCE_MAX_MS = 10_000;

/** What a claim file says of its holder. */
interface Holder {
  readonly pid: number;
  /** Tells a process from a later one with the same number. Empty where the system does not say. */
  readonly startedAt: string;
  /** Process numbers mean something only within one boot and one namespace. */
  readonly namespace: string;
  readonly released?: boolean;
}

export interface Claim {
  readonly epoch: number;
  release(): Promise<void>;
}

/**
 * Takes a folder for this process. The claim is the file `epoch-<n>.claim`, made exclusively; the highest number holds
 * and is never removed, only followed, so two processes that find the same dead holder cannot both take over.
 * @param onLost called when another process has taken over, which happens only after this one stood still for long
 * @throws AppError `JOURNAL.LOCKED` when a live process holds it
 */
export async function claimFolder(dir: string, onLost: () => void): Promise<Claim> {
  for (;;) {
    const { claims, epochMax } = await listEpochs(dir);
    const current = claims.at(-1);
    if (current !== undefined) await refuseLive(dir, current);
    const epoch = epochMax + 1;
    const file = await open(claimPath(dir, epoch), 'wx', 0o600).catch(unlessTaken);
    if (!file) continue;
    await writeHolder(file, thisProcess());
    // Whoever follows a claim sees it first: when a higher one is there, this number was old news.
    const higher = (await listEpochs(dir)).claims.some((other) => other > epoch);
    if (higher) {
      await file.close();
      await rm(claimPath(dir, epoch), { force: true });
      continue;
    }
    await Promise.all(claims.map((old) => rm(claimPath(dir, old), { force: true })));
    return hold(dir, epoch, { file, onLost });
  }
}

function hold(dir: string, epoch: number, { file, onLost }: { file: FileHandle; onLost: () => void }): Claim {
  const path = claimPath(dir, epoch);
  const beat = async () => {
    const now = new Date();
    await utimes(path, now, now);
    if ((await listEpochs(dir)).claims.some((other) => other > epoch)) throw journalErrors.LOCKED({ dir, holder: 'a later process' });
  };
  // A disk that fails once takes nothing over: whoever does leaves a higher claim, and this one is gone.
  const isLost = (error: NodeJS.ErrnoException) => error.code === 'ENOENT' || error.code === 'JOURNAL.LOCKED';
  const timer = setInterval(() => void beat().catch((error: NodeJS.ErrnoException) => isLost(error) && onLost()), HEARTBEAT_MS);
  timer.unref();
  return {
    epoch,
    async release() {
      clearInterval(timer);
      await writeHolder(file, { ...thisProcess(), released: true }).finally(() => file.close());
    },
  };
}

async function refuseLive(dir: string, epoch: number): Promise<void> {
  const path = claimPath(dir, epoch);
  const [text, info] = await Promise.all([readFile(path, 'utf8'), stat(path)]).catch(() => ['', undefined] as const);
  if (!info) return;
  const holder = parseHolder(text);
  if (holder?.released) return;
  if (holder && holder.namespace === thisProcess().namespace) {
    if (!isRunning(holder)) return;
  } else if (Date.now() - info.mtimeMs > SILENCE_MAX_MS) {
    return;
  }
  throw journalErrors.LOCKED({ dir, holder: holder ? `process ${holder.pid}` : 'a process that is just starting' });
}

async function listEpochs(dir: string): Promise<{ claims: number[]; epochMax: number }> {
  const names = await readdir(dir);
  const claims = names.flatMap((name) => /^epoch-(\d+)\.claim$/.exec(name)?.[1] ?? []).map(Number).sort((a, b) => a - b);
  const written = names.flatMap((name) => readSegmentName(name)?.epoch ?? []);
  return { claims, epochMax: Math.max(0, ...claims, ...written) };
}

function claimPath(dir: string, epoch: number): string {
  return join(dir, `epoch-${String(epoch).padStart(8, '0')}.claim`);
}

async function writeHolder(file: FileHandle, holder: Holder): Promise<void> {
  const text = Buffer.from(`${JSON.stringify(holder)}\n`);
  await file.truncate(0);
  await file.write(text, 0, text.length, 0);
}

function parseHolder(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

function thisProcess(): Holder {
  const boot = readOr(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const pids = readOr(() => readlinkSync('/proc/self/ns/pid'));
  return { pid: process.pid, startedAt: startOf(process.pid), namespace: `${boot} ${pids}` };
}

function isRunning(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return startOf(holder.pid) === holder.startedAt;
}

/** Field 22 of /proc/<pid>/stat, counted after the name, which may hold spaces and parentheses itself. */
function startOf(pid: number): string {
  const line = readOr(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function readOr(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

function unlessTaken(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'EEXIST') return undefined;
  throw error;
}
