import { randomBytes } from 'node:crypto';
import { afterEach, expect, it } from '@jest/globals';
import { describeDatabase, everyTestServer } from '@steelyard/test-support';
import pg from 'pg';
import { openDatabase } from './open-database.js';
import { withClient } from './with-client.js';

/** A login, and a database that it owns, as an administrator would give them to an operator. */
interface Account {
  readonly name: string;
  readonly url: string;
}

describeDatabase('logins that are no superuser', (ctx) => {
  const accounts: Account[] = [];

  async function createAccount(attributes: string, grants = ''): Promise<Account> {
    const name = `sy_login_${randomBytes(6).toString('hex')}`;
    await withClient(ctx.adminUrl(), async (admin) => {
      await admin.query(`CREATE ROLE ${name} LOGIN ${attributes}`);
      if (grants) await admin.query(`GRANT ${grants} TO ${name}`);
      await admin.query(`CREATE DATABASE ${name} OWNER ${name}`);
    });
    const url = new URL(ctx.adminUrl());
    url.username = name;
    url.pathname = `/${name}`;
    const account = { name, url: url.href };
    accounts.push(account);
    return account;
  }

  afterEach(async () => {
    await withClient(ctx.adminUrl(), async (admin) => {
      for (const { name } of accounts.splice(0)) {
        await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
        await admin.query(`DROP ROLE ${name}`);
      }
    });
  });

  it('open a database when an administrator has given them the roles', async () => {
    const { url, name } = await createAccount('', 'steelyard_tenant, steelyard_platform');
    const database = await openDatabase({ url, dataDir: '/nowhere' });
    expect((await database.pool.query('SELECT session_user::text AS login, current_user::text AS role')).rows).toEqual([{ login: name, role: 'steelyard_platform' }]);
    const { rows } = await database.pool.query('SELECT count(*)::int AS parts FROM pg_inherits');
    expect(rows[0]).toMatchObject({ parts: expect.any(Number) });
    await database.close();
  });

  it('are told what an administrator has to do when they have not', async () => {
    const { url, name } = await createAccount('');
    await expect(openDatabase({ url, dataDir: '/nowhere' })).rejects.toMatchObject({
      code: 'DATABASE.ROLES_REFUSED',
      fix: expect.stringContaining(`GRANT steelyard_tenant, steelyard_platform TO "${name}"`),
    });
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    expect((await client.query(`SELECT FROM pg_tables WHERE schemaname = 'public'`)).rowCount).toBe(0);
    await client.end();
  });

  it('keep what their URL says of options', async () => {
    const { url } = await createAccount('', 'steelyard_tenant, steelyard_platform');
    const withOptions = new URL(url);
    withOptions.searchParams.set('options', '-c statement_timeout=12345');
    const database = await openDatabase({ url: withOptions.href, dataDir: '/nowhere' });
    const { rows } = await database.pool.query(`SELECT current_setting('statement_timeout') AS timeout, current_user::text AS role, current_setting('TimeZone') AS zone`);
    expect(rows).toEqual([{ timeout: '12345ms', role: 'steelyard_platform', zone: 'UTC' }]);
    await database.close();
  });
}, everyTestServer());
