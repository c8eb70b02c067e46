import { spawn } from 'node:child_process';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { DatabaseLog } from '../database.js';
import { databaseErrors } from '../errors.js';
import { findBinaries } from './binaries.js';
import { ensureDataFolder, SUPERUSER } from './data-folder.js';
import { findPlace, type Place } from './place.js';
import { isAlive, isServing, readPostmaster, type Postmaster } from './postmaster.js';
import { commandAs, spawnIdentity } from './process-user.js';
import { programEnvironment } from './run-program.js';
import { makeSocketDir } from './socket-dir.js';

export interface EmbeddedOptions {
  /** Holds the data folder, the socket's folder and the server's log. Made when it is missing. */
  readonly dataDir: string;
  readonly log?: DatabaseLog | undefined;
  /** `false` for data that may be lost with the machine: faster, for tests. */
  readonly durable?: boolean;
  readonly allowNamespace?: boolean | undefined;
  readonly publicDir?: string | undefined;
  /** How long starting may take, recovery after a crash included. */
  readonly timeoutMs?: number;
}

/** A server that is up, whoever started it. */
export interface EmbeddedServer {
  readonly pid: number;
  readonly socketDir: string;
  readonly dataFolder: string;
  /** False when it was found running, left behind by a process that was killed or shared with one that lives. */
  readonly started: boolean;
  /** The URL of a database on it, for any PostgreSQL client. */
  url(database: string, user: string): string;
}

const LOG_BYTES_MAX = 10_000_000;
const POLL_MS = 20;

/**
 * Makes sure that the server of `dataDir` is up: attaches to one that is running, starts one otherwise. Several processes
 * may do so at the same time; PostgreSQL's own lock file decides which of their servers stays.
 * @throws AppError DATABASE.NO_EMBEDDED_SERVER, FOREIGN_DATA_FOLDER, INCOMPLETE_DATA_FOLDER or START_FAILED.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const place = await findPlace(await findBinaries(), options);
  const durable = options.durable ?? true;
  await ensureDataFolder(place.dataFolder, { ...place, durable });
  const deadlineMs = Date.now() + (options.timeoutMs ?? 60_000);
  let started = false;
  for (;;) {
    const running = await findRunning(place.dataFolder);
    if (running && (await answers(running.socketDir))) return serverOf(running, { place, started });
    if (!running) started = (await launch(place, { durable, deadlineMs })) || started;
    else await pause(POLL_MS);
    if (Date.now() > deadlineMs) throw databaseErrors.START_FAILED({ what: 'become ready in time', output: await lastLines(place.logFile) });
  }
}

/** The server of this data folder, starting and stopping ones included. */
async function findRunning(dataFolder: string): Promise<Postmaster | undefined> {
  const found = await readPostmaster(dataFolder);
  if (!found) return undefined;
  if (await isServing(found.pid, dataFolder)) return found;
  // The lock file of a server that died. PostgreSQL replaces it by itself, unless the process number is another's by now.
  if (isAlive(found.pid) && (await readPostmaster(dataFolder))?.pid === found.pid) await rm(join(dataFolder, 'postmaster.pid'), { force: true });
  return undefined;
}

async function answers(socketDir: string): Promise<boolean> {
  if (socketDir === '') return false;
  const client = new pg.Client({ host: socketDir, user: SUPERUSER, database: 'postgres' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Starts a server and waits until it is ready or has ended. Gives whether it is the one that runs: it ends
 * by itself when another process's server was faster.
 */
async function launch(place: Place, { durable, deadlineMs }: { durable: boolean; deadlineMs: number }): Promise<boolean> {
  const socketDir = await makeSocketDir(place.dataFolder, place.user);
  const logFile = await openLog(place.logFile);
  const { file, args } = commandAs(place.user, join(place.binaries.root, 'bin', 'postgres'), serverArguments({ place, socketDir, durable }));
  // In a session of its own, so that Ctrl-C reaches only the program, which then stops the server in order.
  const child = spawn(file, args, {
    cwd: '/',
    env: programEnvironment(),
    stdio: ['ignore', logFile.fd, logFile.fd],
    detached: true,
    ...spawnIdentity(place.user),
  });
  let ended: string | undefined;
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, signal) => (ended = `ended with ${signal ?? code}`));
  child.unref();
  await logFile.close();
  while (ended === undefined && Date.now() < deadlineMs) {
    const found = await readPostmaster(place.dataFolder);
    if (found?.pid === child.pid && found?.status === 'ready') return true;
    await pause(POLL_MS);
  }
  if (await findRunning(place.dataFolder)) return false;
  const output = await lastLines(place.logFile);
  // Processes of a killed server hold its shared memory for a moment after it.
  if (/pre-existing shared memory block/.test(output) && Date.now() < deadlineMs) return pause(100, false);
  throw databaseErrors.START_FAILED({ what: 'start', output: `${output}\npostgres ${ended ?? 'did not become ready'}` });
}

function serverArguments({ place, socketDir, durable }: { place: Place; socketDir: string; durable: boolean }): string[] {
  const settings: Record<string, string> = {
    listen_addresses: '',
    unix_socket_directories: socketDir,
    unix_socket_permissions: '0700',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    max_connections: '200',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return ['-D', place.dataFolder, '-p', '5432', ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

function serverOf(running: Postmaster, { place, started }: { place: Place; started: boolean }): EmbeddedServer {
  const host = encodeURIComponent(running.socketDir);
  return {
    pid: running.pid,
    socketDir: running.socketDir,
    dataFolder: place.dataFolder,
    started,
    url: (database, user) => `postgresql://${user}@localhost/${database}?host=${host}`,
  };
}

/** Stops the server: ends its connections, writes what it holds, and waits for it. */
export async function stopEmbedded(server: Pick<EmbeddedServer, 'dataFolder'>, timeoutMs = 30_000): Promise<void> {
  const running = await findRunning(server.dataFolder);
  if (!running) return;
  const deadlineMs = Date.now() + timeoutMs;
  signal(running.pid, 'SIGINT');
  while (await isServing(running.pid, server.dataFolder)) {
    if (Date.now() > deadlineMs) signal(running.pid, 'SIGQUIT');
    await pause(POLL_MS);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw cause;
  }
}

async function openLog(path: string): ReturnType<typeof open> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_BYTES_MAX) await rename(path, `${path}.old`);
  return open(path, 'a', 0o600);
}

async function lastLines(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-12).join('\n');
}
