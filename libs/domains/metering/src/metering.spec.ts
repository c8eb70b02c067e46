import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Ledger } from '@steelyard/domain-ledger';
import { newId } from '@steelyard/kernel';
import { openJournal } from '@steelyard/platform-journal';
import { describeDatabase, everyTestServer } from '@steelyard/test-support';
import pg from 'pg';
import { flushUsage } from './persistence/flush-usage.js';
import { Gateways } from './testing/gateways.fixture.js';

describeDatabase('metering', (context) => {
  const database = () => context.database();
  const gateways = new Gateways(database);
  const { start, crash, intentOf, done, failure, credit, reserve, usageOf, holdOf, balanced } = gateways;
  let dir: string;
  let ledger: Ledger;
  let consumer: string;
  let provider: string;

  beforeEach(() => {
    ({ dir, ledger, consumer, provider } = gateways.begin());
  });
  afterEach(() => gateways.end());

  it('takes a call from its hold to its usage, the provider and the platform', async () => {
    const { metering } = await start();
    await credit(1_000n);
    const eventId = await reserve(100n);
    metering.intent(intentOf(eventId));
    const record = done({ eventId, computeMicros: 20.4 });
    await metering.succeeded(record);
    expect(metering.recent(eventId)).toEqual({ ...record, computeMicros: 20 });
    await metering.flush();
    expect(metering.recent(eventId)).toBeUndefined();
    expect(await usageOf(eventId)).toMatchObject([
      { consumer_tenant_id: consumer, provider_tenant_id: provider, key_id: 'key"1\\', amount_nano: '100', fee_nano: '15', compute_micros: 20, error_code: null },
    ]);
    expect(await holdOf(eventId)).toBe('settled');
    expect(await ledger.balance(consumer, 'usd')).toEqual({ availableNano: 900n, heldNano: 0n, postedNano: 900n });
    expect(await ledger.earnings(provider, 'usd')).toBe(85n);
    expect(await balanced()).toBe(true);
  });

  it('writes by itself soon after a call has ended', async () => {
    const { metering } = await start();
    await metering.succeeded(done());
    await until(() => metering.openCount === 0);
    expect(metering.pendingCount).toBe(0);
  });

  it('gives the money of a failed call back and keeps its row', async () => {
    const { metering } = await start();
    await credit(100n);
    const eventId = await reserve(100n);
    metering.intent(intentOf(eventId));
    metering.failed(failure({ eventId }));
    await metering.flush();
    expect(await usageOf(eventId)).toMatchObject([{ status: 'failed', error_code: 'ENGINE.X', amount_nano: '0' }]);
    expect(await holdOf(eventId)).toBe('void');
    expect((await ledger.balance(consumer, 'usd')).availableNano).toBe(100n);
  });

  it('settles what has run even below zero, without a hold and after the hold was given up', async () => {
    const { metering } = await start();
    await credit(100n);
    const late = await reserve(100n, { expiresAtMs: Date.now() - 1 });
    await ledger.expireHolds([]);
    await metering.succeeded(done({ eventId: late, amountNano: 250n, feeNano: 0n }));
    await metering.succeeded(done({ amountNano: 30n, feeNano: 0n }));
    await metering.flush();
    expect(await ledger.balance(consumer, 'usd')).toEqual({ availableNano: -180n, heldNano: 0n, postedNano: -180n });
    expect(await holdOf(late)).toBe('settled');
    expect(await ledger.reserve({ eventId: newId(), tenantId: consumer, currency: 'usd', amountNano: 1n, keyId: 'key', modelId: newId(), expiresAtMs: 0 })).toEqual({
      outcome: 'insufficient',
      availableNano: -180n,
    });
  });

  it('charges once whatever is replayed, and gives up what never ended', async () => {
    const first = await start({ flushIntervalMs: 60_000 });
    await credit(10_000n);
    const [charged, flushed, abandoned] = [await reserve(100n), await reserve(100n), await reserve(100n)];
    for (const eventId of [charged, flushed, abandoned]) first.metering.intent(intentOf(eventId));
    await first.metering.succeeded(done({ eventId: flushed }));
    await first.metering.flush();
    await first.metering.succeeded(done({ eventId: charged }));
    await crash(first);

    const second = await start();
    expect(second.report).toEqual({ replayed: 5, charged: 1, abandoned: 1, refused: 0 });
    expect(await Promise.all([charged, flushed, abandoned].map((id) => holdOf(id)))).toEqual(['settled', 'settled', 'void']);
    expect(await ledger.balance(consumer, 'usd')).toEqual({ availableNano: 9_800n, heldNano: 0n, postedNano: 9_800n });
    const { rows } = await database().pool.query('SELECT action FROM usage_recovery WHERE event_id = $1', [abandoned]);
    expect(rows).toEqual([{ action: 'void' }]);
    await crash(second);
    expect((await start()).report.replayed).toBe(0);
    expect(await balanced()).toBe(true);
  });

  it('may be killed during recovery and do it again', async () => {
    const first = await start({ flushIntervalMs: 60_000 });
    await credit(1_000n);
    const [ended, abandoned] = [await reserve(100n), await reserve(100n)];
    for (const eventId of [ended, abandoned]) first.metering.intent(intentOf(eventId));
    await first.metering.succeeded(done({ eventId: ended }));
    await crash(first);
    const reader = await openJournal({ dir, sync: 'write' });
    const records: unknown[] = [];
    for await (const { payload } of reader.replay()) records.push(payload);
    await reader.close();
    const second = await start();
    expect(second.report.charged).toBe(1);
    // The same records once more, as if the checkpoint after them had not been written.
    for (const payload of records) await second.journal.append(payload);
    await crash(second);
    expect((await start()).report).toEqual({ replayed: 3, charged: 0, abandoned: 1, refused: 0 });
    expect(await ledger.balance(consumer, 'usd')).toEqual({ availableNano: 900n, heldNano: 0n, postedNano: 900n });
    const { rows } = await database().pool.query('SELECT FROM usage_recovery WHERE event_id = $1', [abandoned]);
    expect(rows).toHaveLength(1);
  });

  it('checkpoints only what is done with, so that a clean end leaves nothing to replay and a running call stays', async () => {
    const first = await start({ checkpointIntervalMs: 0 });
    const running = newId();
    for (let n = 0; n < 3; n++) await first.metering.succeeded(done());
    first.metering.intent(intentOf(running));
    for (let n = 0; n < 3; n++) await first.metering.succeeded(done());
    await until(() => first.metering.pendingCount === 0);
    await first.metering.close();
    await crash(first);
    const second = await start();
    expect(second.report).toMatchObject({ charged: 0, abandoned: 1 });
    expect(second.report.replayed).toBe(4);
    await second.metering.close();
    await crash(second);
    expect((await start()).report.replayed).toBe(0);
  });

  it('keeps everything while the database is away, refuses when too much has collected, and writes it when it is back', async () => {
    const place = await context.another();
    const owner = new pg.Client({ connectionString: context.url() });
    await owner.connect();
    const name = new URL(place.url).pathname.slice(1);
    const { metering } = await start({ openMax: 5 }, place.database);
    await owner.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await owner.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    const records = Array.from({ length: 5 }, () => done());
    for (const record of records) await metering.succeeded(record);
    await expect(metering.flush()).rejects.toThrow();
    expect(() => metering.intent(intentOf(newId()))).toThrow(expect.objectContaining({ code: 'METERING.BACKLOG', retryable: true }));
    expect(metering.pendingCount).toBe(5);
    await owner.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    await owner.end();
    await until(() => metering.pendingCount === 0);
    for (const { eventId } of records) expect(await usageOf(eventId, place.database)).toHaveLength(1);
    metering.checkReady();
    await metering.close();
  });

  it('serves nobody once the log cannot be written, and charges nobody for it', async () => {
    const { metering } = await start();
    // Enough for both, whether the first is settled by then or not.
    await credit(1_000n);
    const before = done();
    await metering.succeeded(before);
    breakDescriptor(descriptorIn(dir));
    const eventId = await reserve(100n);
    metering.intent(intentOf(eventId));
    await expect(metering.succeeded(done({ eventId }))).rejects.toMatchObject({ code: 'METERING.LOG_FAILED', kind: 'unavailable' });
    expect(() => metering.intent(intentOf(newId()))).toThrow(expect.objectContaining({ code: 'METERING.LOG_FAILED' }));
    metering.failed(failure({ eventId }));
    await metering.flush();
    expect(await usageOf(before.eventId)).toHaveLength(1);
    expect(await usageOf(eventId)).toMatchObject([{ status: 'failed' }]);
    expect(await holdOf(eventId)).toBe('void');
  });

  it('puts a record aside that the database will never take, instead of stopping for it', async () => {
    const { metering } = await start({ flushIntervalMs: 60_000 });
    // Larger than an index takes.
    const bad = done({ keyId: randomBytes(8_000).toString('hex') });
    const good = Array.from({ length: 10 }, () => done());
    for (const record of [...good.slice(0, 4), bad, ...good.slice(4)]) await metering.succeeded(record);
    await metering.flush();
    expect(metering.pendingCount).toBe(0);
    for (const { eventId } of good) expect(await usageOf(eventId)).toHaveLength(1);
    const { rows } = await database().pool.query<{ action: string; detail: string }>('SELECT action, detail FROM usage_recovery WHERE event_id = $1', [bad.eventId]);
    expect(rows[0]!.action).toBe('refused');
    expect(JSON.parse(rows[0]!.detail)).toMatchObject({ record: { eventId: bad.eventId, amountNano: '100' } });
  });

  it('logs nothing that could not be written later', async () => {
    const { metering } = await start();
    for (const given of [{ feeNano: 101n }, { eventId: 'x' }, { currency: 'US' }, { unit: 'a\0' }, { amountNano: 2n ** 63n }, { status: 'failed' as const }]) {
      await expect(metering.succeeded(done(given))).rejects.toMatchObject({ code: 'METERING.RECORD_INVALID' });
    }
    const begun = newId();
    metering.intent(intentOf(begun));
    await expect(metering.succeeded(done({ eventId: begun, quantity: -1n }))).rejects.toMatchObject({ code: 'METERING.RECORD_INVALID' });
    expect(metering.openCount).toBe(0);
    await metering.succeeded(done({ totalMicros: 1e12, queueMicros: Number.NaN, computeMicros: -1 }));
    await metering.flush();
  });

  it('keeps usage that an account cannot count any more, lets no more calls in, and charges it when the account can', async () => {
    const { metering } = await start();
    const inSoum = (given = {}) => done({ currency: 'uzs', ...given });
    await metering.succeeded(inSoum());
    await metering.flush();
    const used = async (nano: bigint) => database().pool.query(`UPDATE ledger_account SET debits_posted = $1, credits_posted = $1 WHERE kind = 'usage_clearing' AND currency = 'uzs'`, [nano]);
    await used(2n ** 63n - 50n);
    const records = [inSoum(), done(), inSoum({ amountNano: 49n, feeNano: 0n })];
    for (const record of records) await metering.succeeded(record);
    const full = { code: 'METERING.COUNTER_FULL', retryable: false };
    await expect(metering.flush()).rejects.toMatchObject(full);
    expect(() => metering.checkReady()).toThrow(expect.objectContaining(full));
    const { rowCount } = await database().pool.query('SELECT FROM usage_recovery WHERE event_id = ANY ($1)', [records.map(({ eventId }) => eventId)]);
    expect({ rowCount, charged: await usageOf(records[0]!.eventId) }).toEqual({ rowCount: 0, charged: [] });
    await used(0n);
    await metering.flush();
    for (const { eventId } of records) expect(await usageOf(eventId)).toHaveLength(1);
    metering.checkReady();
    // As if it had all been counted there.
    await used(249n);
    expect(await balanced()).toBe(true);
  });

  it('does not give up the hold of a call that is at work here, however late it is', async () => {
    const { metering } = await start({ holdExpiryIntervalMs: 5, holdOverdueMs: 0, holdQuietMs: 0 });
    await credit(100n);
    const atWork = newId();
    metering.intent(intentOf(atWork));
    await reserve(50n, { eventId: atWork, expiresAtMs: Date.now() - 1 });
    const lost = await reserve(50n, { expiresAtMs: Date.now() - 1 });
    await until(async () => (await holdOf(lost)) !== 'open');
    expect(await holdOf(atWork)).toBe('open');
    await metering.succeeded(done({ eventId: atWork, amountNano: 50n }));
    await metering.flush();
    expect(await holdOf(atWork)).toBe('settled');
  });

  it('makes the part of the table that a month needs', async () => {
    const { metering } = await start();
    const far = done({ eventId: newId(Date.UTC(2031, 4, 17)) });
    const near = done();
    await Promise.all([metering.succeeded(far), metering.succeeded(near)]);
    await metering.flush();
    expect(await usageOf(far.eventId)).toHaveLength(1);
    expect(await usageOf(near.eventId)).toHaveLength(1);
  });

  it('writes calls together of which one was begun while the clock was decades behind', async () => {
    const { metering } = await start({ flushIntervalMs: 60_000 });
    const records = [done({ eventId: newId(Date.UTC(1970, 0, 2)) }), done(), done()];
    for (const record of records) await metering.succeeded(record);
    await metering.flush();
    for (const { eventId } of records) expect(await usageOf(eventId)).toHaveLength(1);
  });

  it('reads the holds that it settles and no others, even by plans made while there were none', async () => {
    const { database: fresh } = await context.another();
    const there = new Ledger(fresh);
    const rowsRead = async () => {
      await fresh.pool.query('SELECT pg_stat_force_next_flush()');
      const { rows } = await fresh.pool.query<{ read: string }>(`SELECT sum(seq_tup_read + idx_tup_fetch) AS read FROM pg_stat_user_tables WHERE relname LIKE 'ledger%'`);
      return Number(rows[0]!.read);
    };
    await flushUsage(fresh.pool, [done()]);
    const ids = Array.from({ length: 1_000 }, () => newId());
    const expiresAtMs = Date.now() + 60_000;
    await Promise.all(ids.map((eventId) => there.reserve({ eventId, tenantId: consumer, currency: 'usd', amountNano: 0n, keyId: 'key', modelId: newId(), expiresAtMs })));
    const before = await rowsRead();
    expect(await flushUsage(fresh.pool, [done({ eventId: ids[500]! })])).toEqual({ inserted: 1, released: 1 });
    expect((await rowsRead()) - before).toBeLessThan(60);
  });

  it('lets four writers with overlapping batches through without a deadlock', async () => {
    const tenants = Array.from({ length: 20 }, () => newId());
    const records = Array.from({ length: 3_000 }, (_, n) => done({ consumerTenantId: tenants[n % 20]!, providerTenantId: tenants[(n * 7) % 20]! }));
    const writer = async (first: number) => {
      let inserted = 0;
      for (let at = 0; at < 6; at++) {
        const from = ((first + at) % 6) * 500;
        const shuffled = records.slice(from, from + 700).sort(() => Math.random() - 0.5);
        inserted += (await flushUsage(database().pool, shuffled)).inserted;
      }
      return inserted;
    };
    const reserver = async () => {
      for (let n = 0; n < 40; n++) {
        const asked = tenants.map((tenantId) => ({ eventId: newId(), tenantId, currency: 'usd', amountNano: 0n, keyId: 'key', modelId: tenantId, expiresAtMs: Date.now() + 60_000 }));
        await Promise.all(asked.map((reservation) => ledger.reserve(reservation)));
        await ledger.release(asked.map(({ eventId }) => eventId), 'void');
      }
    };
    const [inserted] = await Promise.all([Promise.all([0, 1, 3, 4].map(writer)), reserver()]);
    expect(inserted.reduce((sum, count) => sum + count)).toBe(3_000);
    expect(await balanced()).toBe(true);
  });
}, everyTestServer());

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const endMs = Date.now() + 10_000; !(await condition()); await new Promise((resolve) => setTimeout(resolve, 2))) {
    if (Date.now() > endMs) throw new Error(`this has not come about: ${condition.toString()}`);
  }
}

/** Makes every write to an open file fail. Its number is taken again at once by what cannot be written: else the next socket would get it. */
function breakDescriptor(fd: number): void {
  closeSync(fd);
  const opened: number[] = [];
  do opened.push(openSync('/dev/null', 'r'));
  while (opened.at(-1) !== fd);
  for (const other of opened.slice(0, -1)) closeSync(other);
}

/** The open descriptor of a segment in a folder. */
function descriptorIn(dir: string): number {
  const found = readdirSync('/proc/self/fd').find((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      return path.startsWith(dir) && path.endsWith('.log');
    } catch {
      return false;
    }
  });
  return Number(found);
}
