import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe } from '@jest/globals';
import { withClient } from '@steelyard/platform-database/embedded';
import { currentRun } from './database/run.js';
import { createTestDatabase } from './database/test-database.js';
import { embeddedTestServer, type TestServer } from './database/test-server.js';
import { listeningUrl, PlatformClient, readOperatorKey, serverEntry, serverEnvironment } from './platform.js';

/** Advisory lock, on the server's maintenance database, of whoever starts the run's platform on it. */
const START_LOCK = 72_707_381;

/** The largest body of a prediction that the shared platforms take: small, so that a larger one is sent quickly. */
export const SHARED_BODY_LIMIT_BYTES = 256 * 1024;

/** All suites come from one address, and wrong keys and strangers are what some of them try. */
const UNLIMITED_ADDRESSES = { STEELYARD_ANONYMOUS_REQUESTS_PER_MINUTE: '0', STEELYARD_FAILED_REQUESTS_PER_MINUTE: '0' };

/** A variable of their environment that nobody else may see. */
export const SHARED_SECRET = 'SECRET_OF_THE_SERVER';

const STARTED_WITHIN_MS = 60_000;

interface Listening {
  readonly pid: number;
  readonly url: string;
  readonly databaseUrl: string;
}

/**
 * A platform that many suites use at the same time, each with organizations of its own by {@link newName}. Nobody may count on what is not
 * theirs: the catalog holds the models of others, and the platform's books their money.
 */
export class SharedPlatform extends PlatformClient {
  private constructor(
    dataDir: string,
    private readonly listening: Listening,
    readonly operatorKey: string,
  ) {
    super(dataDir);
  }

  /** The end of it: what all the suites together made it say is long. */
  get output(): string {
    return readFileSync(join(this.dataDir, 'server.log'), 'utf8').slice(-4_000);
  }

  get url(): string {
    return this.listening.url;
  }

  get pid(): number {
    return this.listening.pid;
  }

  get databaseUrl(): string {
    return this.listening.databaseUrl;
  }

  /** The run's platform on this server, which the first to need it starts and the run's end stops. */
  static async on(server: TestServer): Promise<SharedPlatform> {
    const { adminUrl } = await server.connect();
    const dataDir = join(currentRun().folder, 'platforms', server.id);
    await mkdir(dataDir, { recursive: true });
    const listening = await withClient(adminUrl, async (client) => {
      await client.query('SELECT pg_advisory_lock($1)', [START_LOCK]);
      return (await findRunning(dataDir)) ?? (await start(dataDir, server));
    });
    return new SharedPlatform(dataDir, listening, await readOperatorKey(dataDir));
  }
}

async function findRunning(dataDir: string): Promise<Listening | undefined> {
  const text = await readFile(join(dataDir, 'server.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Listening);
}

/** In a session of its own: it outlives the worker that starts it. The clean-up of the run ends it by its number. */
async function start(dataDir: string, server: TestServer): Promise<Listening> {
  const { url: databaseUrl } = await createTestDatabase(server);
  const logPath = join(dataDir, 'server.log');
  const log = await open(logPath, 'w');
  const limits = { STEELYARD_BODY_LIMIT_BYTES: String(SHARED_BODY_LIMIT_BYTES), ...UNLIMITED_ADDRESSES };
  const env = serverEnvironment(dataDir, { databaseUrl, env: { ...limits, [SHARED_SECRET]: 'do not pass on' } });
  const child = spawn(process.execPath, [serverEntry], { env, stdio: ['ignore', log.fd, log.fd], detached: true });
  const exited = once(child, 'exit').then(() => true);
  await log.close();
  await writeFile(join(dataDir, 'server.pid'), `${child.pid}\n`);
  child.unref();
  for (const until = Date.now() + STARTED_WITHIN_MS; ; ) {
    const output = await readFile(logPath, 'utf8');
    const url = listeningUrl(output);
    if (url !== undefined) return note(dataDir, { pid: child.pid!, url, databaseUrl });
    const ended = await Promise.race([exited, pause(20, false)]);
    if (ended || Date.now() > until) throw new Error(`the shared server does not listen:\n${output}`);
  }
}

async function note(dataDir: string, listening: Listening): Promise<Listening> {
  await writeFile(join(dataDir, 'server.json.new'), JSON.stringify(listening));
  await rename(join(dataDir, 'server.json.new'), join(dataDir, 'server.json'));
  return listening;
}

/** A handle or name that nobody else of the run has. */
export const newName = (name: string): string => `${name}-${randomBytes(4).toString('hex')}`;

export interface PlatformContext {
  platform(): SharedPlatform;
}

/**
 * Like `describe`, with the platform that the suites share. On the embedded PostgreSQL: what differs between servers is for the suites of the
 * domains, and for the main job, tenancy, money and chaos, which run on each.
 */
export function describePlatform(name: string, block: (context: PlatformContext) => void, servers = [embeddedTestServer]): void {
  for (const server of servers) {
    describe(`${name} (${server.name})`, () => {
      let platform: SharedPlatform;
      beforeAll(async () => {
        platform = await SharedPlatform.on(server);
      }, 90_000);
      block({ platform: () => platform });
    });
  }
}
