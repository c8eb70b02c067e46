import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { ensureRoles, migrate, readMigrations, startEmbedded, stopEmbedded, SUPERUSER } from '@steelyard/platform-database/embedded';

/** Calls `work` with the URL of a throw-away database that has all migrations. */
export async function withScratchDatabase(work) {
  const dataDir = await mkdtemp(join(tmpdir(), 'steelyard-scratch-'));
  const server = await startEmbedded({ dataDir, durable: false });
  try {
    const url = server.url('postgres', SUPERUSER);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await ensureRoles(client);
    await migrate(client, await readMigrations());
    await client.end();
    return await work(url);
  } finally {
    await stopEmbedded(server);
    await rm(dataDir, { recursive: true, force: true });
  }
}
