import { beforeEach, expect, it } from '@jest/globals';
import { NANO_PER_CENT } from '@steelyard/invoice';
import { flushUsage } from '@steelyard/domain-metering';
import type { Database, PoolClient, QueryResult, Tx } from '@steelyard/platform-database';
import { describeDatabase } from '@steelyard/test-support';
import { Office, PER_REQUEST, PER_TOKEN, type Ware } from './billing.fixture.js';
import { ReadDocuments } from './documents/read-documents.js';

describeDatabase('billing', (context) => {
  let office: Office;
  let consumer: { id: string; handle: string };
  let provider: { id: string; handle: string };
  let byRequest: Ware;
  let byToken: Ware;

  beforeEach(async () => {
    // Months are closed for good, so each spec has a database of its own.
    office = new Office((await context.another()).database);
    [consumer, provider] = [await office.organization('acme'), await office.organization('maker')];
    [byRequest, byToken] = [await office.ware(provider.id, PER_REQUEST), await office.ware(provider.id, PER_TOKEN)];
  });

  const wallet = async (tenantId = consumer.id) => (await office.ledger.balance(tenantId, 'usd')).postedNano;
  const account = async (kind: string) =>
    BigInt((await office.database.pool.query<{ nano: string }>('SELECT coalesce(sum(credits_posted - debits_posted), 0) AS nano FROM ledger_account WHERE kind = $1', [kind])).rows[0]!.nano);

  it('invoices a month in cents that the wallet has then paid, and states it to the provider', async () => {
    await office.credit(consumer.id, 10_000_000_000n);
    await office.call(consumer.id, byRequest, {}, {}, { free: true }, { failed: true, tag: 'night "job"' });
    await office.call(consumer.id, byToken, { quantities: [1_234n, 567n] }, { quantities: [89_000n, 1n] });
    await office.close(202611);

    const [invoice] = await office.invoices(consumer.id);
    expect(invoice).toMatchObject({ number: 'SY-2026-000001', place: 1, previousHash: null, organization: { handle: 'acme', name: 'ACME' }, tax: { basisPoints: 0 } });
    expect(Object.values(invoice!.names)).toEqual(expect.arrayContaining([expect.stringMatching(/^maker\/model-.{6}@1\.0\.0$/)]));
    const { lines, amountNano, amountCents, residueNano, totalCents } = invoice!.result;
    expect(lines.find(({ unit }) => unit === 'request')).toMatchObject({ calls: 4, failed: 1, free: 1, quantity: '3', amountNano: '6666666' });
    expect(lines.find(({ unit }) => unit === 'input_token')).toMatchObject({ calls: 2, quantity: '90234' });
    expect(lines.find(({ unit }) => unit === 'output_token')).toMatchObject({ calls: 0, quantity: '568' });
    expect(lines.reduce((sum, line) => sum + BigInt(line.amountCents), 0n)).toBe(BigInt(amountCents));
    expect(BigInt(amountNano) + BigInt(residueNano)).toBe(BigInt(totalCents) * NANO_PER_CENT);
    expect(await wallet()).toBe(10_000_000_000n - BigInt(totalCents) * NANO_PER_CENT);
    expect(await account('rounding')).toBe(BigInt(residueNano));

    const [statement] = await office.statements(provider.id);
    expect(statement!.result).toMatchObject({ grossNano: amountNano, correctedNano: '0', rows: 6 });
    expect(BigInt(statement!.result.netNano) + BigInt(statement!.result.feeNano)).toBe(BigInt(amountNano));
    expect(await office.ledger.earnings(provider.id, 'usd')).toBe(BigInt(statement!.result.netNano));
    for (const [tenant, { header }] of [[consumer, invoice!], [provider, statement!]] as const) expect(await office.verify(tenant.id, header.id)).toMatchObject({ valid: true, checked: { rows: 6 } });
    const text = await office.file(provider.id, statement!.header.id);
    expect([consumer.id, consumer.handle, 'night', 'key'].filter((secret) => text.includes(secret))).toEqual([]);
    expect(await office.balanced()).toBe(true);
  });

  it('taxes an organization as the operator says, and rounds the tax to cents', async () => {
    await office.taxes.run({ handle: 'acme', basisPoints: 1_900, label: 'VAT 19 %', id: 'DE1', actorId: 'operator' });
    await office.call(consumer.id, byRequest, ...Array.from({ length: 40 }, () => ({})));
    await office.close(202611);
    const [invoice] = await office.invoices(consumer.id);
    // 133,333,320 nano are 13 cents; 19 % of them 2.47.
    expect(invoice!.result).toMatchObject({ amountNano: '133333320', amountCents: '13', taxCents: '2', totalCents: '15', residueNano: '-3333320' });
    expect([await wallet(), await account('tax'), await account('rounding')]).toEqual([-150_000_000n, 20_000_000n, -3_333_320n]);
    expect(await office.balanced()).toBe(true);
    await expect(office.taxes.run({ handle: 'acme', basisPoints: 1, label: '', id: '', actorId: 'x' })).rejects.toMatchObject({ code: 'BILLING.TAX_INVALID' });
    await expect(office.taxes.run({ handle: 'nobody', basisPoints: 0, label: '', id: '', actorId: 'x' })).rejects.toMatchObject({ code: 'BILLING.ORGANIZATION_NOT_FOUND' });
  });

  it('closes no month that is not over, and none that there is not', async () => {
    await expect(office.closing.run(202611, 'operator')).rejects.toMatchObject({ code: 'BILLING.PERIOD_NOT_OVER', details: { overAt: '2026-12-01T00:00:00.000Z' } });
    for (const period of [0, 202600, 202613, 1.5]) await expect(office.closing.run(period, 'operator')).rejects.toMatchObject({ code: 'BILLING.PERIOD_INVALID' });
    office.nowMs = Date.UTC(2026, 11, 1);
    expect([await office.closing.run(202611, 'operator'), await office.closing.run(202611, 'operator'), await office.closing.run(202610, 'operator')]).toEqual([true, false, false]);
  });

  it('invoices what comes after the close with the next month, and chains the invoices', async () => {
    const november = office.nowMs;
    await office.call(consumer.id, byRequest, {});
    await office.close(202611);
    await office.call(consumer.id, byRequest, { at: november }, { at: november + 1 });
    await office.call(consumer.id, byRequest, { at: Date.UTC(2026, 11, 3) });
    await office.close(202612);
    const [second, first] = await office.invoices(consumer.id);
    expect([first!.result.rows, second!.result.rows, second!.header.period, second!.place]).toEqual([1, 3, 202612, 2]);
    expect(second!.previousHash).toBe(first!.hash);
    expect(second!.number).toBe('SY-2027-000001');
    expect(await office.verify(consumer.id, second!.header.id)).toMatchObject({ valid: true });
  });

  it('closes the months before with one that is closed, each with its own documents', async () => {
    await office.call(consumer.id, byRequest, { at: Date.UTC(2026, 8, 5) }, { at: Date.UTC(2026, 9, 5) }, {});
    await office.close(202611);
    expect((await office.invoices(consumer.id)).map(({ header, result }) => [header.period, result.rows])).toEqual([[202611, 1], [202610, 1], [202609, 1]]);
    expect((await office.periods.all()).map(({ period, closedAt, documents, issued }) => [period, closedAt !== null, documents, issued])).toEqual([
      [202612, false, 0, 0], [202611, true, 2, 2], [202610, true, 2, 2], [202609, true, 2, 2],
    ]);
  });

  it('says that an invoice is open while the wallet does not cover it, earlier ones first', async () => {
    const paid = async () => (await office.all(consumer.id, 'invoice')).map((stored) => stored.paid);
    const many = (count: number, at: number) => office.call(consumer.id, byRequest, ...Array.from({ length: count }, () => ({ at })));
    await many(300, Date.UTC(2026, 10, 5));
    await office.close(202611);
    await many(300, Date.UTC(2026, 11, 5));
    await office.close(202612);
    await many(30, Date.UTC(2027, 0, 5));
    // Each month is a dollar; what is used now is ten cents.
    expect(await paid()).toEqual([false, false]);
    await office.credit(consumer.id, 999_999_999n);
    expect(await paid()).toEqual([false, false]);
    await office.credit(consumer.id, 1n);
    expect(await paid()).toEqual([false, true]);
    await office.credit(consumer.id, 1_000_000_000n);
    expect([await paid(), (await wallet()) < 0n]).toEqual([[true, true], true]);
  });

  it('adds the open month up once, however many invoices are shown', async () => {
    for (const month of [8, 9, 10, 11]) await office.call(consumer.id, byRequest, ...Array.from({ length: 30 }, () => ({ at: Date.UTC(2026, month, 5) })));
    await office.close(202611);
    const { withTenant } = office.database;
    const scans: number[] = [];
    const scansOf = async (tx: Tx) => (await tx.$queryRaw<{ begun: number }[]>`SELECT (seq_scan + idx_scan)::float8 AS begun FROM pg_stat_xact_user_tables WHERE relname = 'usage_hour'`)[0]!.begun;
    const counting: Pick<Database, 'withTenant'> = {
      withTenant: (tenantId, work) => withTenant(tenantId, async (tx) => {
        const before = await scansOf(tx);
        const result = await work(tx);
        scans.push((await scansOf(tx)) - before);
        return result;
      }),
    };
    const page = (limit: number) => new ReadDocuments({ ...office.database, ...counting }).page(consumer.id, { kinds: ['invoice'], limit });
    expect((await page(0)).map(({ paid }) => paid)).toEqual([false]);
    expect((await page(2)).map(({ paid }) => paid)).toEqual([false, false, false]);
    await office.credit(consumer.id, 1_000_000_000n);
    expect((await page(2)).map(({ paid }) => paid)).toEqual([true, true, true]);
    expect(scans).toEqual([1, 1, 0]);
  });

  it('closes a month by itself a day after its end, and again nothing', async () => {
    await office.call(consumer.id, byRequest, {});
    office.nowMs = Date.UTC(2026, 11, 1, 23, 59);
    await office.job.look();
    expect(await office.invoices(consumer.id)).toHaveLength(0);
    office.nowMs = Date.UTC(2026, 11, 2);
    await office.job.look();
    await office.job.look();
    expect(await office.invoices(consumer.id)).toHaveLength(1);
    expect((await office.periods.one(202611)).closedBy).toBe('steelyard');
  });

  it('goes on after a crash between any two documents, without one twice and without a gap in the numbers', async () => {
    const consumers = [consumer, ...(await Promise.all(Array.from({ length: 5 }, () => office.organization())))];
    for (const { id } of consumers) await office.call(id, byRequest, {}, {});
    office.nowMs = Date.UTC(2026, 11, 2);
    await office.closing.run(202611, 'operator');
    // Each process dies after one document: what it would have done next is left.
    for (let process = 0; process < 20; process++) {
      const dying = new AbortController();
      const { issue } = new Office(office.database);
      const run = issue.run.bind(issue);
      const crashing = new Office(office.database);
      crashing.nowMs = office.nowMs;
      crashing.issue.run = (due, signal) => run(due, signal).then(() => dying.abort());
      await crashing.issuing.run(dying.signal);
    }
    const invoices = (await Promise.all(consumers.map(({ id }) => office.invoices(id)))).flat();
    expect(invoices.map(({ number }) => Number(number.slice(-6))).sort()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await office.periods.one(202611)).toMatchObject({ documents: 7, issued: 7, stuck: [] });
    expect(await office.balanced()).toBe(true);
  });

  it('leaves nothing of a document whose transaction breaks off, and gives its number to the next', async () => {
    await office.call(consumer.id, byRequest, {});
    office.nowMs = Date.UTC(2026, 11, 2);
    await office.closing.run(202611, 'operator');
    const { pool } = office.database;
    const connect = pool.connect.bind(pool) as (...given: unknown[]) => Promise<PoolClient>;
    // All is done but what says so, within the transaction; `pool.query` asks for its connections with a callback.
    const breaking = async (...given: unknown[]): Promise<PoolClient> => {
      const client = await connect(...given);
      if (given.length > 0) return client;
      const query = client.query.bind(client) as (text: string, values?: unknown[]) => Promise<QueryResult>;
      const broken = (text: string, values?: unknown[]) => (text.startsWith('UPDATE billing_due') ? Promise.reject(new Error('the process is gone')) : query(text, values));
      return new Proxy(client, { get: (target, name) => (name === 'query' ? broken : Reflect.get(target, name)) });
    };
    Object.assign(pool, { connect: breaking });
    await office.issuing.run();
    Object.assign(pool, { connect });
    expect(await office.invoices(consumer.id)).toHaveLength(0);
    expect([await wallet(), await account('rounding')]).toEqual([-3_333_333n, 0n]);
    expect((await office.periods.one(202611)).stuck).toMatchObject([{ kind: 'invoice' }, { kind: 'statement' }]);
    await pool.query('UPDATE billing_due SET tried_at = NULL');
    await office.issuing.run();
    expect(await office.invoices(consumer.id)).toMatchObject([{ number: 'SY-2026-000001' }]);
    expect((await office.periods.one(202611)).stuck).toEqual([]);
  });

  it('issues each document once, however many servers try at once', async () => {
    const consumers = await Promise.all(Array.from({ length: 6 }, () => office.organization()));
    for (const { id } of consumers) await office.call(id, byRequest, {});
    office.nowMs = Date.UTC(2026, 11, 2);
    const offices = Array.from({ length: 3 }, () => Object.assign(new Office(office.database), { nowMs: office.nowMs }));
    await Promise.all(offices.map(({ closing }) => closing.run(202611, 'operator')));
    await Promise.all(offices.map(({ issuing }) => issuing.run()));
    const { rows } = await office.database.pool.query<{ number: string }>(`SELECT number FROM billing_document WHERE kind = 'invoice' ORDER BY number`);
    expect(rows.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `SY-2026-00000${n}`));
    expect(await account('rounding')).toBe(BigInt(-3_333_333 * 6));
  });

  it('loses nothing when a month is closed while usage of it is written', async () => {
    const batches = Array.from({ length: 40 }, () => Array.from({ length: 25 }, () => office.record(consumer.id, byRequest)));
    office.nowMs = Date.UTC(2026, 11, 2);
    const written = Promise.all(batches.map((batch) => flushUsage(office.database.pool, batch)));
    await new Promise((resolve) => setTimeout(resolve, 30));
    await office.closing.run(202611, 'operator');
    await written;
    await office.issuing.run();
    office.nowMs = Date.UTC(2027, 0, 2);
    await office.close(202612);
    const invoices = await office.invoices(consumer.id);
    expect(invoices.reduce((sum, { result }) => sum + result.rows, 0)).toBe(1_000);
    expect(invoices.reduce((sum, { result }) => sum + BigInt(result.amountNano), 0n)).toBe(3_333_333n * 1_000n);
    for (const { header } of invoices) expect(await office.verify(consumer.id, header.id)).toMatchObject({ valid: true });
  });

  it('says which document is stuck and why, and issues the others', async () => {
    const other = await office.organization();
    await office.call(consumer.id, byRequest, {});
    await office.call(other.id, byToken, { quantities: [1n, 1n] });
    const wrong = { ...office.record(consumer.id, byRequest), amountNano: 5n, feeNano: 0n };
    await flushUsage(office.database.pool, [wrong]);
    await office.close(202611);
    const problem = `call ${wrong.eventId}: its request costs 3333333 by its price, and it says otherwise`;
    const [open, closed] = await office.periods.all();
    expect(open).toMatchObject({ period: 202612, closedAt: null });
    expect(closed).toMatchObject({ documents: 3, issued: 1, stuckCount: 2 });
    expect(closed!.stuck).toMatchObject([{ kind: 'invoice', organization: 'acme', attempts: 1, problem }, { kind: 'statement', organization: 'maker', problem }]);
    expect(await office.invoices(other.id)).toHaveLength(1);
    expect(await office.invoices(consumer.id)).toHaveLength(0);
  });

  it('gives a document to the organization that it is for, and to no other', async () => {
    await office.call(consumer.id, byRequest, {});
    await office.close(202611);
    const [invoice] = await office.invoices(consumer.id);
    for (const id of [invoice!.header.id, 'x', provider.id]) await expect(office.exporting.run(provider.id, id)).rejects.toMatchObject({ code: 'BILLING.DOCUMENT_NOT_FOUND' });
    await expect(office.database.pool.query('UPDATE billing_document SET number = number')).rejects.toMatchObject({ code: '42501' });
  });
});
