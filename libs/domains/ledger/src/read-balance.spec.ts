import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { newId, PLATFORM_ORGANIZATION_ID } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import pg from 'pg';
import { AccountSignals } from './account-signals.js';
import { Ledger } from './ledger.js';
import { ReadBalance } from './read-balance.js';

describeDatabase('balance changes', (context) => {
  let ledger: Ledger;
  let signals: AccountSignals;
  let balances: ReadBalance;
  let stop: AbortController;

  beforeEach(async () => {
    ledger = new Ledger(context.database());
    signals = new AccountSignals(context.database());
    await signals.onApplicationBootstrap();
    balances = new ReadBalance(ledger, signals);
    stop = new AbortController();
  });

  afterEach(async () => {
    stop.abort();
    await signals.onApplicationShutdown();
  });

  const credit = (tenantId: string, amountNano: bigint) => ledger.credit({ tenantId, amountNano, currency: 'usd', reason: 'test', transferId: newId() });

  it('begin with the balance as it is, and follow what changes it', async () => {
    const tenantId = newId();
    await credit(tenantId, 5n);
    const changes = balances.changes(tenantId, 'usd', stop.signal);
    expect((await changes.next()).value).toEqual({ postedNano: 5n, heldNano: 0n, availableNano: 5n, earnedNano: 0n, currency: 'usd' });
    const next = changes.next();
    await credit(tenantId, 7n);
    expect((await next).value).toMatchObject({ postedNano: 12n });
  });

  it('are told at most once a second, the last of them always', async () => {
    const tenantId = newId();
    const changes = balances.changes(tenantId, 'usd', stop.signal);
    await changes.next();
    const startedAt = performance.now();
    const seen: bigint[] = [];
    const all = (async () => {
      for await (const { postedNano } of changes) {
        seen.push(postedNano);
        if (postedNano === 20n) return;
      }
    })();
    for (let n = 0; n < 20; n += 1) await credit(tenantId, 1n);
    await all;
    expect(seen.length).toBeLessThanOrEqual(Math.ceil((performance.now() - startedAt) / 1_000));
  });

  it('say nothing of other organizations, nor of what leaves the balance as it is', async () => {
    const tenantId = newId();
    const changes = balances.changes(tenantId, 'usd', stop.signal);
    await changes.next();
    const next = changes.next();
    await credit(newId(), 5n);
    ledger.announce(tenantId);
    const waited = new Promise((resolve) => setTimeout(() => resolve('nothing'), 1_500));
    expect(await Promise.race([next, waited])).toBe('nothing');
    stop.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('are looked at again when the connection that listens was lost', async () => {
    const tenantId = newId();
    const changes = balances.changes(tenantId, 'usd', stop.signal);
    await changes.next();
    const next = changes.next();
    const { pool } = context.database();
    // Written by somebody who tells nobody.
    await pool.query(`SELECT ledger_post($1, 'operator_credit', $2, 'operator_credit', $3, 'consumer_wallet', 9, 'usd', 'test')`, [newId(), PLATFORM_ORGANIZATION_ID, tenantId]);
    const admin = new pg.Client({ connectionString: context.adminUrl() });
    await admin.connect();
    const { rowCount } = await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ILIKE 'LISTEN %' AND datname = $1", [new URL(context.url()).pathname.slice(1)]);
    await admin.end();
    expect(rowCount).toBe(1);
    expect((await next).value).toMatchObject({ postedNano: 9n });
  });
});
