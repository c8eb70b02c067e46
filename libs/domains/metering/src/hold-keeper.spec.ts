import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Ledger } from '@steelyard/domain-ledger';
import { silentLogger } from '@steelyard/platform-observability';
import { describeDatabase } from '@steelyard/test-support';
import { withClient } from '@steelyard/platform-database/embedded';
import { HoldKeeper } from './hold-keeper.js';
import { Gateways } from './testing/gateways.fixture.js';

const MINUTE_MS = 60_000;

describeDatabase('the keeper of holds', (context) => {
  const gateways = new Gateways(() => context.database());
  const { credit, reserve, holdOf } = gateways;
  let tickMs: number;

  beforeEach(async () => {
    gateways.begin();
    await credit(1_000n);
    tickMs = 0;
  });
  afterEach(() => gateways.end());

  const keeperOn = (database = context.database()) =>
    new HoldKeeper({
      ledger: new Ledger(database),
      log: silentLogger,
      intervalMs: 60 * MINUTE_MS,
      overdueMs: 5 * MINUTE_MS,
      quietMs: 30_000,
      atWork: () => [],
      reach: () => database.pool.query('SELECT 1'),
      tickMs: () => tickMs,
    });
  const overdueBy = (ms: number) => reserve(10n, { expiresAtMs: Date.now() - ms });

  it('gives up what is overdue by minutes, and nothing else: its server may have answered, and not be able to write', async () => {
    const keeper = keeperOn();
    await keeper.look();
    tickMs += 30_000;
    const [lost, late] = [await overdueBy(5 * MINUTE_MS), await overdueBy(4 * MINUTE_MS)];
    await keeper.look();
    expect([await holdOf(lost), await holdOf(late)]).toEqual(['expired', 'open']);
  });

  it('gives nothing up right after the start, nor after somebody has found the database away', async () => {
    const keeper = keeperOn();
    const lost = await overdueBy(60 * MINUTE_MS);
    await keeper.look();
    tickMs += 29_999;
    await keeper.look();
    keeper.away();
    await keeper.look();
    tickMs += 29_999;
    await keeper.look();
    expect(await holdOf(lost)).toBe('open');
    tickMs += 1;
    await keeper.look();
    expect(await holdOf(lost)).toBe('expired');
  });

  it('counts from when the database is back, however long it was away', async () => {
    const { database, url } = await context.another();
    const name = new URL(url).pathname.slice(1);
    const keeper = keeperOn(database);
    await keeper.look();
    tickMs += 30_000;
    await withClient(context.adminUrl(), async (admin) => {
      await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
      await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
      await keeper.look();
      tickMs += 60 * MINUTE_MS;
      await keeper.look();
      await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    });
    const there = new Ledger(database);
    await credit(1_000n, there);
    const lost = await reserve(10n, { expiresAtMs: Date.now() - 60 * MINUTE_MS }, there);
    await keeper.look();
    tickMs += 29_999;
    await keeper.look();
    expect(await holdOf(lost, database)).toBe('open');
    tickMs += 1;
    await keeper.look();
    expect(await holdOf(lost, database)).toBe('expired');
  });
});
