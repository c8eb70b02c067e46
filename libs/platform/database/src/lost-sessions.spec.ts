import { expect, it } from '@jest/globals';
import { describeDatabase, everyTestServer } from '@steelyard/test-support';
import { openDatabase } from './open-database.js';
import { Rounds } from './rounds.js';

const NAMES = ['idle_in_transaction_session_timeout', 'lock_timeout', 'tcp_keepalives_interval', 'tcp_keepalives_count', 'tcp_user_timeout'];

describeDatabase(
  'sessions whose host is lost',
  (context) => {
    const opened = (options: string) => {
      const url = new URL(context.url());
      url.searchParams.set('options', options);
      return openDatabase({ url: url.href, dataDir: '' });
    };

    it('are ended by the server: idle transactions in seconds, silent connections in a minute; nobody is told to end a wait for a lock', async () => {
      const read = `SELECT name, setting FROM pg_settings WHERE name = ANY ($1) ORDER BY name`;
      const { rows } = await context.database().pool.query<{ name: string; setting: string }>(read, [NAMES]);
      const settings = Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
      expect(settings).toMatchObject({ idle_in_transaction_session_timeout: '15000', lock_timeout: '0' });
      const { rows: [by] } = await context.database().pool.query<{ address: string | null }>('SELECT inet_server_addr() AS address');
      // By a socket of the same machine there is nothing to lose.
      const isByNetwork = by!.address !== null;
      expect(settings.tcp_keepalives_interval).toBe(isByNetwork ? '10' : '0');
      expect(settings.tcp_keepalives_count).toBe(isByNetwork ? '3' : '0');
      const transaction = await context.database().withPlatform((tx) => tx.$queryRaw`SELECT current_setting('idle_in_transaction_session_timeout') AS idle`);
      expect(transaction).toEqual([{ idle: '15s' }]);
    });

    it('may be told otherwise by the URL, and let go of what they had locked', async () => {
      const database = await opened('-c idle_in_transaction_session_timeout=20ms');
      try {
        const frozen = await database.pool.connect();
        await frozen.query('BEGIN; SELECT pg_advisory_xact_lock(1)');
        await context.database().pool.query('SELECT pg_advisory_xact_lock(1)');
        frozen.release(true);
      } finally {
        await database.close();
      }
    });

    it('are not those of a round, whose transaction is idle while its work goes on', async () => {
      const database = await opened('-c idle_in_transaction_session_timeout=20ms');
      try {
        const held = await new Promise<boolean>((resolve, reject) => {
          const work = async (): Promise<void> => {
            await database.pool.query('SELECT pg_sleep(0.2)');
            const { rows } = await database.pool.query<{ free: boolean }>('SELECT pg_try_advisory_xact_lock(2) AS free');
            resolve(!rows[0]!.free);
          };
          const log = { info: () => undefined, warn: reject };
          const rounds = new Rounds({ name: 'long', everyMs: 1, lock: 2, database, log, work: () => work().finally(() => void rounds.stop()) });
          rounds.start();
        });
        expect(held).toBe(true);
      } finally {
        await database.close();
      }
    });
  },
  everyTestServer(),
);
