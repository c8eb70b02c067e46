import { afterAll, beforeAll, describe } from '@jest/globals';
import type { Database } from '@steelyard/platform-database';
import { createTestDatabase, type TestDatabase } from './test-database.js';
import { testServers } from './test-server.js';

/** What a block of specs gets; use it within hooks and tests. */
export interface DatabaseContext {
  /** The block's own database, open, with the current schema and no rows. */
  database(): Database;
  /** Where it is, for other connections and processes. */
  url(): string;
  /** The server's own database, as whoever may make databases and logins there. */
  adminUrl(): string;
  /** One more such database, closed and dropped with the block. */
  another(): Promise<{ url: string; database: Database }>;
}

const SETUP_TIMEOUT_MS = 90_000;

/**
 * Like `describe`, on the PostgreSQL that STEELYARD_TEST_POSTGRES_URL names, which must then be there, or on the embedded one; with `--long` on both.
 * A suite whose statements may mean something else to another release asks for each of them at all times.
 */
export function describeDatabase(name: string, block: (context: DatabaseContext) => void, servers = testServers()): void {
  for (const server of servers) {
    describe(`${name} (${server.name})`, () => {
      const opened: { place: TestDatabase; database: Database }[] = [];
      const open = async (): Promise<{ url: string; database: Database }> => {
        const place = await createTestDatabase(server);
        const database = await place.open();
        opened.push({ place, database });
        return { url: place.url, database };
      };
      const own = (): { place: TestDatabase; database: Database } => {
        const [first] = opened;
        if (!first) throw new TypeError('the database is there within hooks and tests only');
        return first;
      };
      beforeAll(async () => {
        await open();
      }, SETUP_TIMEOUT_MS);
      block({ database: () => own().database, url: () => own().place.url, adminUrl: () => own().place.adminUrl, another: open });
      // After the block's own: jest runs these in the order in which they are given.
      afterAll(async () => {
        for (const { place, database } of opened.splice(0)) {
          await database.close();
          await place.drop();
        }
      }, SETUP_TIMEOUT_MS);
    });
  }
}
