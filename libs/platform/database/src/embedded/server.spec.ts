import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { openDatabase } from '../open-database.js';
import { ensureRoles } from '../roles.js';
import { findBinaries } from './binaries.js';
import { SUPERUSER } from './data-folder.js';
import { Lease } from './lease.js';
import { isServing, readPostmaster } from './postmaster.js';
import { startEmbedded, stopEmbedded, type EmbeddedServer } from './server.js';

const folders: string[] = [];
const children: ChildProcess[] = [];

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'steelyard-embedded-'));
  folders.push(folder);
  return folder;
}

/** A folder with data as initdb makes it, copied because initdb takes most of a second. */
async function makeFolderWithData(): Promise<string> {
  const folder = await makeFolder();
  await cp(join(await (pristine ??= makePristine()), 'postgres'), join(folder, 'postgres'), { recursive: true });
  return folder;
}

let pristine: Promise<string> | undefined;

async function makePristine(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'steelyard-pristine-'));
  await stopEmbedded(await startEmbedded({ dataDir: folder, durable: false }));
  return folder;
}

afterAll(async () => {
  if (pristine) await rm(await pristine, { recursive: true, force: true });
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) {
    await stopEmbedded({ dataFolder: join(folder, 'postgres') });
    await rm(folder, { recursive: true, force: true });
  }
});

/** A process of its own that has the database of `dataDir` open. */
async function holdDatabase(dataDir: string, manner = ''): Promise<ChildProcess> {
  const fixture = fileURLToPath(new URL('hold-database.fixture.mjs', import.meta.url));
  const child = spawn(process.execPath, [fixture, dataDir, manner], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const [said] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [unknown];
  expect(String(said)).toMatch(/^PostgreSQL 18\.\d+ \(embedded\)/);
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

async function query<T extends object>(server: EmbeddedServer, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: server.url('postgres', SUPERUSER) });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Resolves when no server serves the folder any more. */
async function gone(dataDir: string, pid: number): Promise<void> {
  while (await isServing(pid, join(dataDir, 'postgres'))) await new Promise((resolve) => setImmediate(resolve));
}

async function pidOf(dataDir: string): Promise<number> {
  return (await readPostmaster(join(dataDir, 'postgres')))!.pid;
}

describe('the embedded server', () => {
  it('listens on a private socket only, and keeps its data', async () => {
    const dataDir = await makeFolder();
    const first = await startEmbedded({ dataDir });
    expect(await query(first, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '' }]);
    expect(await query(first, `SELECT current_setting('server_version_num')::int / 10000 AS major, current_setting('fsync') AS fsync`)).toEqual([
      { major: 18, fsync: 'on' },
    ]);
    await query(first, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await stopEmbedded(first);
    expect(await readPostmaster(first.dataFolder)).toBeUndefined();

    const second = await startEmbedded({ dataDir });
    expect(second).toMatchObject({ started: true, socketDir: first.socketDir });
    expect(await query(second, 'TABLE kept')).toEqual([{ answer: 42 }]);
  });

  it('is started once by many at the same time', async () => {
    const dataDir = await makeFolder();
    const servers = await Promise.all(Array.from({ length: 4 }, () => startEmbedded({ dataDir, durable: false })));
    expect(new Set(servers.map(({ pid }) => pid)).size).toBe(1);
    expect(servers.filter(({ started }) => started)).toHaveLength(1);

    // Nobody has made the roles yet, and roles belong to the whole server.
    await query(servers[0]!, 'CREATE ROLE somebody LOGIN');
    const clients = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const client = new pg.Client({ connectionString: servers[0]!.url('postgres', SUPERUSER) });
        await client.connect();
        return client;
      }),
    );
    await Promise.all(clients.map((client) => ensureRoles(client, 'somebody')));
    await Promise.all(clients.map((client) => client.end()));
    expect(await query(servers[0]!, `SELECT pg_has_role('somebody', 'steelyard_tenant', 'SET') AND pg_has_role('somebody', 'steelyard_platform', 'SET') AS ok`)).toEqual([
      { ok: true },
    ]);
  });

  it('that a killed process left behind is joined by the next and stopped by it', async () => {
    const dataDir = await makeFolderWithData();
    const child = await holdDatabase(dataDir);
    const pid = await pidOf(dataDir);
    await end(child, 'SIGKILL');
    expect(await isServing(pid, join(dataDir, 'postgres'))).toBe(true);

    const lease = await Lease.take({ dataDir });
    expect(lease.server).toMatchObject({ pid, started: false });
    await lease.release();
    expect(await isServing(pid, join(dataDir, 'postgres'))).toBe(false);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('ends with a process that %s ends', async (signal) => {
    const dataDir = await makeFolderWithData();
    const child = await holdDatabase(dataDir);
    const pid = await pidOf(dataDir);
    await end(child, signal);
    expect(child.signalCode).toBe(signal);
    await gone(dataDir, pid);
  });

  it('is shared, and stopped by the last process to leave', async () => {
    const dataDir = await makeFolderWithData();
    const [one, other] = [await holdDatabase(dataDir, 'orderly'), await holdDatabase(dataDir, 'orderly')];
    const pid = await pidOf(dataDir);
    await end(one, 'SIGTERM');
    expect(await isServing(pid, join(dataDir, 'postgres'))).toBe(true);
    await end(other, 'SIGTERM');
    expect(await isServing(pid, join(dataDir, 'postgres'))).toBe(false);
  });

  it('is started again at the same address when it is killed', async () => {
    const database = await openDatabase({ dataDir: await makeFolderWithData() });
    const pid = await pidOf(folders[0]!);
    process.kill(pid, 'SIGKILL');
    const deadlineMs = Date.now() + 20_000;
    let answer: unknown;
    while (answer === undefined && Date.now() < deadlineMs) {
      answer = await database.pool.query('SELECT 1 AS up').then(
        ({ rows }) => rows,
        () => undefined,
      );
    }
    expect(answer).toEqual([{ up: 1 }]);
    expect(await pidOf(folders[0]!)).not.toBe(pid);
    await database.close();
  });

  it('starts where the lock file of a dead server names a process of somebody else', async () => {
    const dataDir = await makeFolderWithData();
    const stranger = spawn('sleep', ['60'], { stdio: 'ignore' });
    children.push(stranger);
    await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), [stranger.pid, join(dataDir, 'postgres'), 0, 5432, '/nowhere', '', '1 1', 'ready'].join('\n'));
    const server = await startEmbedded({ dataDir, durable: false });
    expect(server.pid).not.toBe(stranger.pid);
  });

  it('works in a folder whose path is too long for a socket', async () => {
    const dataDir = join(await makeFolder(), 'a'.repeat(120));
    folders.push(dataDir);
    const server = await startEmbedded({ dataDir, durable: false });
    expect(server.socketDir.startsWith('/tmp/')).toBe(true);
    expect(await query(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await stopEmbedded(server);
    await rm(server.socketDir, { recursive: true });
  });

  it('runs without user namespaces, and where no other user can go', async () => {
    const [hidden, publicDir] = [await makeFolder(), await makeFolder()];
    const dataDir = join(hidden, 'data');
    folders.push(dataDir);
    const server = await startEmbedded({ dataDir, publicDir, allowNamespace: false, durable: false });
    expect(await query(server, 'CREATE TABLE kept AS SELECT 42 AS answer')).toEqual([]);
    // An ordinary user runs the server as it is; root has to hand its data to another.
    const moved = process.getuid?.() === 0;
    expect(server.dataFolder.startsWith(publicDir)).toBe(moved);
    await stopEmbedded(server);
    const again = await startEmbedded({ dataDir, publicDir, allowNamespace: false, durable: false });
    expect(await query(again, 'TABLE kept')).toEqual([{ answer: 42 }]);
    await stopEmbedded(again);
  });

  it('refuses the data of another major version', async () => {
    const dataDir = await makeFolder();
    await mkdir(join(dataDir, 'postgres'));
    await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '17\n');
    await expect(startEmbedded({ dataDir })).rejects.toMatchObject({ code: 'DATABASE.FOREIGN_DATA_FOLDER', message: expect.stringContaining('PostgreSQL 17') });
  });

  it('refuses a folder with something else in it', async () => {
    const dataDir = await makeFolder();
    await mkdir(join(dataDir, 'postgres'));
    await writeFile(join(dataDir, 'postgres', 'notes.txt'), 'mine');
    await expect(startEmbedded({ dataDir })).rejects.toMatchObject({ code: 'DATABASE.INCOMPLETE_DATA_FOLDER' });
    expect(await readFile(join(dataDir, 'postgres', 'notes.txt'), 'utf8')).toBe('mine');
  });

  it('says what the server said when it does not start', async () => {
    const dataDir = await makeFolderWithData();
    await writeFile(join(dataDir, 'postgres', 'postgresql.conf'), 'shared_buffers = lots\n');
    await expect(startEmbedded({ dataDir })).rejects.toMatchObject({ code: 'DATABASE.START_FAILED', message: expect.stringContaining('shared_buffers') });
  });

  it('comes from the package of this platform', async () => {
    expect((await findBinaries()).major).toBe('18');
  });
});
