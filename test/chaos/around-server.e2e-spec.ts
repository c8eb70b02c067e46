import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase, type Database } from '@steelyard/platform-database';
import { ensureEmbeddedDatabase, startEmbedded, stopEmbedded, type EmbeddedServer } from '@steelyard/platform-database/embedded';
import { LONG } from '@steelyard/test-support';
import { IN_FLIGHT, ServerUnderLoad } from './load.js';

const DATABASE_KILLS = LONG ? 12 : 1;
const RUNNER_KILLS = LONG ? 20 : 2;
const HOUR_MS = 3_600_000;
/** Over the end of a month, whatever the day. */
const JUMPS_MS = [2 * HOUR_MS, -2 * HOUR_MS, 32 * 24 * HOUR_MS, 0];
const LOG_KIB = 256;

describe('around a server under load', () => {
  let dir: string;
  let postgres: EmbeddedServer;
  let url: string;
  let database: Database;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'steelyard-chaos-'));
    postgres = await startEmbedded({ dataDir: dir });
    url = await ensureEmbeddedDatabase(postgres, 'chaos');
  }, 60_000);

  afterAll(async () => {
    await stopEmbedded(postgres);
    await rm(dir, { recursive: true, force: true });
  }, 30_000);

  describe('everything else', () => {
    let server: ServerUnderLoad;

    beforeAll(async () => {
      server = await ServerUnderLoad.start(dir, { databaseUrl: url });
      database = await openDatabase({ url, dataDir: dir });
    }, 60_000);

    afterAll(async () => {
      await database?.close();
      await server?.platform.stop();
    });

    it('the database may be killed', async () => {
      for (let kill = 0; kill < DATABASE_KILLS; kill += 1) {
        await server.work();
        await pause(250);
        // Without a checkpoint, or without so much as a goodbye: the next start recovers from its log.
        process.kill(postgres.pid, kill % 2 === 0 ? 'SIGQUIT' : 'SIGKILL');
        await pause(150);
        postgres = await startEmbedded({ dataDir: dir });
        await pause(250);
        await server.rest();
        server.kills += 1;
        await server.expectBooks(database, server.kills * IN_FLIGHT);
      }
    }, 300_000);

    it('runners may be killed', async () => {
      await server.work();
      for (let kill = 0; kill < RUNNER_KILLS; kill += 1) {
        await pause(200);
        process.kill(await runnerOf(server), 'SIGKILL');
        server.kills += 1;
      }
      await pause(200);
      await server.rest();
      await server.expectBooks(database, server.kills * IN_FLIGHT);
    }, 300_000);

    it('the clock may jump by hours and over the end of the month, and the server may die meanwhile', async () => {
      // A model whose runners were killed that often is refused for a while.
      await untilAnswered(server, 200);
      const before = server.acknowledged.size;
      for (const clockMs of JUMPS_MS) {
        await server.work();
        await server.wish({ clockMs });
        await pause(300);
        await server.rest();
      }
      await server.work();
      await server.wish({ clockMs: 32 * 24 * HOUR_MS, crashAt: 'flush:before', after: 2 });
      await server.platform.gone(20_000);
      server.kills += 1;
      await server.rest();
      await server.wish({});
      await server.platform.start();
      expect(server.acknowledged.size).toBeGreaterThan(before + JUMPS_MS.length);
      await server.expectBooks(database, server.kills * IN_FLIGHT);
    }, 300_000);
  });

  describe('the disk of its usage log', () => {
    let space: SmallDisk | undefined;
    let server: ServerUnderLoad | undefined;

    beforeAll(async () => {
      space = await SmallDisk.make(join(dir, 'usage-log'));
      if (!space) process.stderr.write('Left out: a full disk, because this machine mounts no file systems for its tests.\n');
    });

    afterAll(async () => {
      await server?.platform.stop();
      space?.remove();
    });

    it('may fill up: calls are refused, and those that were answered are charged', async () => {
      if (!space) return;
      const own = await ensureEmbeddedDatabase(postgres, 'full');
      server = await ServerUnderLoad.start(dir, { databaseUrl: own, env: { STEELYARD_USAGE_LOG_DIR: space.dir }, launcher: space.launcher });
      const books = await openDatabase({ url: own, dataDir: dir });
      try {
        await server.work();
        await untilAnswered(server, 503);
        await server.rest();
        const refused = await server.platform.predict(server.consumer, 'acme/echo', { text: 'full' });
        expect({ status: refused.status, code: refused.body.error.code }).toEqual({ status: 503, code: 'METERING.LOG_FAILED' });
        await server.expectBooks(books, IN_FLIGHT);
        await server.platform.end('SIGKILL');
        server.kills += 1;
        space.grow();
        await server.platform.start();
        await untilAnswered(server, 200);
        await server.platform.settledBalance(server.consumer);
      } finally {
        await books.close();
      }
    }, 240_000);
  });
});

async function runnerOf({ platform }: ServerUnderLoad): Promise<number> {
  for (;;) {
    const { engine } = await platform.graphql(platform.operatorKey, '{ engine { models { runners { pid } } } }');
    const [runner] = engine.models.flatMap(({ runners }: { runners: { pid: number }[] }) => runners);
    if (typeof runner?.pid === 'number') return runner.pid;
    await pause(50);
  }
}

async function untilAnswered({ platform, consumer }: ServerUnderLoad, wanted: 200 | 503): Promise<void> {
  for (;;) {
    const { status } = await platform.predict(consumer, 'acme/echo', { text: 'x' });
    if (status === wanted) return;
    await pause(20);
  }
}

/** A file system of a few hundred kilobytes, in a mount namespace that a process of its own keeps. */
class SmallDisk {
  private constructor(
    readonly dir: string,
    private readonly keeper: ChildProcess,
  ) {}

  static async make(dir: string): Promise<SmallDisk | undefined> {
    await mkdir(dir, { recursive: true });
    const script = `mount -t tmpfs -o size=${LOG_KIB}k steelyard-log "$0" && echo mounted && exec sleep 600`;
    const keeper = spawn('unshare', [process.getuid?.() === 0 ? '-m' : '-rm', 'sh', '-c', script, dir], { stdio: ['ignore', 'pipe', 'ignore'] });
    const mounted = await Promise.race([once(keeper.stdout, 'data').then(() => true), once(keeper, 'exit').then(() => false), once(keeper, 'error').then(() => false)]);
    return mounted ? new SmallDisk(dir, keeper) : undefined;
  }

  /** What a command is started with to see it. */
  get launcher(): readonly string[] {
    return ['nsenter', '-t', String(this.keeper.pid), ...(process.getuid?.() === 0 ? ['-m'] : ['-U', '-m', '--preserve-credentials']), '--'];
  }

  grow(): void {
    const [command, ...args] = this.launcher;
    spawnSync(command!, [...args, 'mount', '-o', 'remount,size=16m', this.dir]);
  }

  remove(): void {
    this.keeper.kill('SIGKILL');
  }
}
