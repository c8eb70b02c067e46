import { beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { LONG } from '../modes.js';
import { describeDatabase } from './describe-database.js';
import { currentRun } from './run.js';
import { createTestDatabase } from './test-database.js';
import { testServers } from './test-server.js';

describe('an announced server', () => {
  it('that is not there fails the specs instead of leaving them out', async () => {
    const servers = testServers({ ...currentRun(), externalUrl: 'postgres://postgres@127.0.0.1:1/postgres' });
    expect(servers.map(({ id }) => id)).toEqual(LONG ? ['embedded', 'external'] : ['external']);
    await expect(createTestDatabase(servers.at(-1)!)).rejects.toMatchObject({ code: 'DATABASE.UNREACHABLE' });
  });
});

const urls = new Set<string>();

for (const order of ['first', 'second']) {
  describeDatabase(`the ${order} block's database`, (ctx) => {
    let tables: number;

    beforeAll(async () => {
      const { rows } = await ctx.database().pool.query<{ count: number }>('SELECT count(*)::int FROM organization');
      tables = rows[0]!.count;
      await ctx.database().withPlatform((tx) => tx.organization.create({ data: { id: '00000000-0000-7000-8000-00000000000a', handle: 'same', name: 'Same' } }));
    });

    it('is its own and empty', () => {
      expect(tables).toBe(0);
      expect(urls.has(ctx.url())).toBe(false);
      urls.add(ctx.url());
    });

    it('may have more beside it', async () => {
      const { url, database } = await ctx.another();
      expect(await database.withPlatform((tx) => tx.organization.count())).toBe(0);
      expect(url).not.toBe(ctx.url());
    });

    it('is reached by other clients through its URL', async () => {
      const client = new pg.Client({ connectionString: ctx.url() });
      await client.connect();
      expect((await client.query('SELECT current_database() AS name')).rows).toEqual([{ name: new URL(ctx.url()).pathname.slice(1) }]);
      await client.end();
    });
  });
}
