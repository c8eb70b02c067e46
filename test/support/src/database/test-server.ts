import { ensureEmbeddedDatabase, startEmbedded, SUPERUSER, withClient } from '@steelyard/platform-database/embedded';
import pg from 'pg';
import { LONG } from '../modes.js';
import { currentRun, type TestRun } from './run.js';

/** A PostgreSQL that specs run on. */
export interface TestServer {
  readonly id: 'embedded' | 'external';
  readonly name: string;
  /** Starts it where that is ours to do. Gives how to reach it. */
  connect(): Promise<TestServerAddress>;
}

export interface TestServerAddress {
  /** Whoever may make and drop databases. */
  readonly adminUrl: string;
  /** A database, as the login that the platform would use. */
  url(database: string): string;
  createEmpty(database: string): Promise<void>;
}

/** One for the whole run, started by the first spec that needs it; the run's end stops it. */
export const embeddedTestServer: TestServer = {
  id: 'embedded',
  name: 'embedded PostgreSQL',
  connect: async () => {
    const server = await startEmbedded({ dataDir: currentRun().folder, durable: false });
    return {
      adminUrl: server.url('postgres', SUPERUSER),
      url: (database) => server.url(database, 'steelyard'),
      createEmpty: async (database) => {
        await ensureEmbeddedDatabase(server, database);
      },
    };
  },
};

function external(adminUrl: string): TestServer {
  return {
    id: 'external',
    name: 'the PostgreSQL of STEELYARD_TEST_POSTGRES_URL',
    connect: async () => ({
      adminUrl,
      url: (database) => {
        const url = new URL(adminUrl);
        url.pathname = `/${database}`;
        return url.href;
      },
      createEmpty: (database) =>
        withClient(adminUrl, async (client) => {
          await client.query(`CREATE DATABASE ${pg.escapeIdentifier(database)}`);
        }),
    }),
  };
}

/** Those at hand, ours and the announced one: for suites of what may differ between releases of PostgreSQL. */
export function everyTestServer({ externalUrl }: TestRun = currentRun()): readonly TestServer[] {
  return externalUrl === undefined ? [embeddedTestServer] : [embeddedTestServer, external(externalUrl)];
}

/** What a suite of the database runs on: the announced server, or ours where none is; with `--long` each of them. */
export function testServers(run: TestRun = currentRun()): readonly TestServer[] {
  return LONG ? everyTestServer(run) : everyTestServer(run).slice(-1);
}
