import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, afterEach, expect, it } from '@jest/globals';
import { Ledger } from '@steelyard/domain-ledger';
import { newId, PLATFORM_ORGANIZATION_ID, type Caller } from '@steelyard/kernel';
import { createFolderBlobStore, type BlobStore } from '@steelyard/platform-blob-store';
import { sqlTransaction } from '@steelyard/platform-database';
import { silentLogger, type Logger } from '@steelyard/platform-observability';
import { describeDatabase, everyTestServer } from '@steelyard/test-support';
import { seedTenant, type SeededTenant } from '../../../../platform/database/src/seed-tenant.fixture.js';
import { HELD_TABLES } from '../held-tables.js';
import { EraseOrganization } from './erase-organization.js';
import { ErasureJob } from './erasure.job.js';
import { RequestErasure } from './request-erasure.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Every text that outlasts an organization: numbers and names of Stripe's, documents as they were issued, and what calls were counted by. */
const KEPT_TEXTS = [
  'billing_document.document', 'billing_document.hash', 'billing_document.number', 'billing_due.problem', 'billing_tax.label', 'billing_tax.tax_id', 'billing_tax.updated_by',
  'ledger_transfer.kind', 'ledger_transfer.reason', 'model.task', 'model_version.digest',
  'payment.actor_id', 'payment.failure', 'payment.intent_id', 'payment.session_id', 'payment_customer.customer_id', 'payment_dispute.id', 'payment_dispute.reason',
  'payment_operation.error', 'payment_operation.key', 'payment_operation.kind', 'payment_operation.resolution', 'payment_operation.resolved_by', 'payment_operation.stripe_id',
  'payment_refund.actor_id', 'payment_refund.failure', 'payment_refund.reason', 'payment_refund.refund_id',
  'payout.account_id', 'payout.actor_id', 'payout.failure', 'payout.reference', 'payout.transfer_id', 'payout_account.account_id', 'payout_account.actor_id', 'payout_account.country',
  'price.components', 'price.free', 'usage_correction.actor_id', 'usage_correction.reason',
  'usage_event.build', 'usage_event.error_code', 'usage_event.key_id', 'usage_event.lines', 'usage_event.masked', 'usage_event.tag', 'usage_event.unit',
  'usage_hour.key_id', 'usage_hour.tag', 'usage_hour.unit', 'usage_recovery.action', 'usage_recovery.detail',
];

describeDatabase('erasing an organization', (context) => {
  let dir: string;
  let blobs: BlobStore;
  let removedFolders: string[];
  let problems: Error[];
  let seeded: SeededTenant;
  let caller: Caller;
  let requests: RequestErasure;
  let job: ErasureJob;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'steelyard-erasure-'));
    blobs = createFolderBlobStore(dir);
    removedFolders = [];
    const database = context.database();
    const folders = { remove: async (digest: string) => void removedFolders.push(digest) };
    requests = new RequestErasure(database, { eraseAfterHours: 0 });
    const log = { ...silentLogger, info: () => undefined, error: ({ err }: { err: Error }) => problems.push(err) } as unknown as Logger;
    problems = [];
    job = new ErasureJob(database, log, new EraseOrganization(database, blobs, folders));
    seeded = await seedTenant(database, 'public');
    await sql('DELETE FROM erasure WHERE tenant_id = $1');
    caller = { organizationId: seeded.tenantId, organizationHandle: `org-${seeded.tenantId}`, actorId: seeded.keyId, scopes: new Set() };
  });

  afterEach(async () => {
    expect(problems).toEqual([]);
    await rm(dir, { recursive: true, force: true });
  });

  const sql = (text: string, values: unknown[] = [seeded.tenantId]) => context.database().pool.query<Record<string, never>>(text, values);
  /** As the owner of the tables, whom no rule of a row binds. */
  const asOwner = (work: (query: (text: string, values?: unknown[]) => Promise<{ rows: Record<string, unknown>[] }>) => Promise<void>) =>
    sqlTransaction(context.database().pool, async (client) => {
      await client.query('SET LOCAL ROLE NONE');
      await work((text, values) => client.query(text, values));
    });
  /** Ends what the seeded organization has under way. */
  const settle = async (): Promise<void> => {
    await sql(`UPDATE publication SET status = 'succeeded' WHERE tenant_id = $1`);
    await sql(`UPDATE ledger_hold SET state = 'settled' WHERE tenant_id = $1`);
    await sql(`UPDATE payment SET state = 'succeeded' WHERE tenant_id = $1`);
    await sql(`UPDATE payment_refund SET state = 'succeeded' WHERE tenant_id = $1`);
    await sql(`UPDATE payment_dispute SET state = 'won' WHERE tenant_id = $1`);
    await sql(`UPDATE payout SET state = 'paid' WHERE tenant_id = $1`);
    await sql(`UPDATE payment_operation SET state = 'done' WHERE tenant_id = $1`);
  };
  const erase = async (forfeit = false): Promise<void> => {
    await requests.request(caller, { confirm: caller.organizationHandle, forfeit });
    await job.run(0);
  };

  it('removes what is its own, blanks what must stay, and touches nobody else', async () => {
    const other = await seedTenant(context.database(), 'public');
    const counts = async (tenantId: string) => {
      const counted: Record<string, number> = {};
      for (const { table, whose } of HELD_TABLES) counted[table] = Number((await sql(`SELECT count(*) AS n FROM ${table} WHERE ${whose} = $1`, [tenantId])).rows[0]!['n']);
      return counted;
    };
    const before = await counts(other.tenantId);
    await settle();
    await erase();
    expect(await requests.find(caller)).toMatchObject({ state: 'done', obstacles: [], erasedAt: expect.any(Date) });
    const left = await counts(seeded.tenantId);
    for (const { table, erased } of HELD_TABLES) expect({ table, left: left[table]! > 0 }).toEqual({ table, left: erased !== 'remove' });
    expect(await counts(other.tenantId)).toEqual(before);
  });

  it('leaves a mark that was in every text of its rows in nothing but what is said to be kept', async () => {
    const mark = sha256(newId());
    await settle();
    await asOwner(async (query) => {
      const { rows } = await query(`SELECT table_name AS t, column_name AS c, data_type AS d FROM information_schema.columns WHERE table_schema = 'public' AND data_type IN ('text', 'ARRAY', 'jsonb')`);
      for (const { t, c, d } of rows as { t: string; c: string; d: string }[]) {
        const held = HELD_TABLES.find(({ table }) => table === t);
        if (!held || t === 'erasure' || t === 'audit_entry' || c === 'state' || c === 'currency') continue;
        const value = d === 'jsonb' ? `'[{"sha256":"${mark}"}]'::JSONB` : d === 'ARRAY' ? `ARRAY['${mark}']` : `'${mark}'`;
        await query('SAVEPOINT s');
        await query(`UPDATE ${t} SET ${c} = ${value} WHERE ${held.whose} = '${seeded.tenantId}'`).catch(() => query('ROLLBACK TO s'));
      }
    });
    // A key's name and the like must stand where a mark cannot: what was marked is a good part of all.
    expect(await placesOf(mark)).toEqual(expect.arrayContaining(['api_key.name', 'audit_entry.changes', 'kept_call.key_id', 'member.email', 'model.name', 'model_version.card', 'organization.name', 'webhook_endpoint.url']));
    await erase();
    expect(await requests.find(caller)).toMatchObject({ state: 'done' });
    expect(await placesOf(mark)).toEqual(KEPT_TEXTS);
  });

  /** Columns in which a text is found, in any row of any table. */
  async function placesOf(text: string): Promise<string[]> {
    const places: string[] = [];
    await asOwner(async (query) => {
      const { rows } = await query(`SELECT tablename AS t FROM pg_tables WHERE schemaname IN ('public', 'usage_parts')`);
      for (const { t } of rows as { t: string }[]) {
        const found = await query(`SELECT DISTINCT k FROM public."${t}" AS r, jsonb_each_text(to_jsonb(r)) AS e (k, v) WHERE v LIKE '%${text}%'`).catch(() => ({ rows: [] }));
        places.push(...found.rows.map((row) => `${t}.${String(row['k'])}`));
      }
    });
    return places.sort();
  }

  it('waits for money that is under way, and says for what', async () => {
    await erase();
    expect(await requests.find(caller)).toMatchObject({
      state: 'waiting',
      obstacles: [
        'calls under way: 1',
        'publications under way: 1',
        'payments that are neither paid nor failed: 1',
        'refunds under way: 1',
        'payments in dispute: 1',
        'payouts that are not settled: 1',
        'requests to Stripe without an answer: 1',
      ],
    });
    expect((await sql('SELECT FROM api_key WHERE tenant_id = $1')).rows).toHaveLength(1);
    await settle();
    await sql(`INSERT INTO usage_hour (consumer_tenant_id, provider_tenant_id, hour, key_id, model_id, version_id, price_id, tag, period, unit, currency, calls, failed, free, quantity, amount_nano, fee_nano)
      VALUES ($1, $1, now(), 'k', $1, $1, $1, '', 202611, 'request', 'usd', 1, 0, 0, 1, 5, 0)`);
    await sql('UPDATE billing_tax SET basis_points = 1900 WHERE tenant_id = $1');
    await job.run(0);
    expect((await requests.find(caller))!.obstacles).toEqual(['months whose use is still to be invoiced with tax: 1']);
    await sql('UPDATE billing_due SET document_id = $1 WHERE tenant_id = $1');
    await job.run(0);
    expect((await requests.find(caller))!.state).toBe('done');
  });

  it('asks for the handle, and for money to be given up', async () => {
    const ledger = new Ledger(context.database());
    await ledger.credit({ tenantId: seeded.tenantId, amountNano: 1_234_567_890n, currency: 'usd', reason: 'welcome', transferId: newId() });
    await settle();
    const before = await ledger.trialBalance();
    await expect(requests.request(caller, { confirm: 'org', forfeit: true })).rejects.toMatchObject({ code: 'HOLDINGS.NOT_CONFIRMED' });
    await expect(requests.request(caller, { confirm: caller.organizationHandle, forfeit: false })).rejects.toMatchObject({ code: 'HOLDINGS.MONEY_LEFT', message: expect.stringContaining('the wallet holds 1.23456789 USD') });
    await erase(true);
    expect(await requests.find(caller)).toMatchObject({ state: 'done', forfeit: true });
    expect(await ledger.balance(seeded.tenantId, 'usd')).toMatchObject({ availableNano: 0n, heldNano: 0n });
    const { rows } = await sql(`SELECT amount_nano, credit_tenant_id FROM ledger_transfer WHERE debit_tenant_id = $1 AND kind = 'forfeit'`);
    expect(rows).toEqual([{ amount_nano: '1234567890', credit_tenant_id: PLATFORM_ORGANIZATION_ID }]);
    const moved = (await ledger.trialBalance()).map(({ currency, debitsNano, creditsNano }, at) => [currency, debitsNano - before[at]!.debitsNano, creditsNano - before[at]!.creditsNano]);
    expect(moved).toEqual([['usd', 1_234_567_890n, 1_234_567_890n]]);
  });

  it('leaves to the operator what its models earn by calls that end later', async () => {
    const ledger = new Ledger(context.database());
    const consumer = await seedTenant(context.database());
    await settle();
    await erase();
    expect(await requests.find(caller)).toMatchObject({ state: 'done' });
    await ledger.credit({ tenantId: consumer.tenantId, amountNano: 700n, currency: 'usd', reason: 'welcome', transferId: newId() });
    await sql(`SELECT ledger_post($2, 'usage_share', $3, 'consumer_wallet', $1, 'provider_payable', 700, 'usd', 'test')`, [seeded.tenantId, newId(), consumer.tenantId]);
    expect(await ledger.earnings(seeded.tenantId, 'usd')).toBe(700n);
    await job.run();
    await job.run();
    expect(await ledger.earnings(seeded.tenantId, 'usd')).toBe(0n);
    const { rows } = await sql(`SELECT amount_nano FROM ledger_transfer WHERE debit_tenant_id = $1 AND kind = 'forfeit' AND credit_tenant_id = $2`, [seeded.tenantId, PLATFORM_ORGANIZATION_ID]);
    expect(rows).toEqual([{ amount_nano: '700' }]);
  });

  it('is not for the installation itself, whose key may do everything', async () => {
    const operator: Caller = { ...caller, organizationId: PLATFORM_ORGANIZATION_ID, organizationHandle: 'platform' };
    await expect(requests.request(operator, { confirm: 'platform', forfeit: true })).rejects.toMatchObject({ code: 'HOLDINGS.PLATFORM_STAYS' });
  });

  it('may be cancelled as long as it waits', async () => {
    const slow = new RequestErasure(context.database(), { eraseAfterHours: 72 });
    const { dueAt } = await slow.request(caller, { confirm: caller.organizationHandle, forfeit: false });
    expect(Math.round((dueAt.getTime() - Date.now()) / 3_600_000)).toBe(72);
    await settle();
    await job.run(0);
    expect(await slow.find(caller)).toMatchObject({ state: 'waiting', dueAt });
    await slow.cancel(caller);
    expect(await slow.find(caller)).toBeNull();
    await expect(slow.cancel(caller)).rejects.toMatchObject({ code: 'HOLDINGS.NO_ERASURE' });
    await requests.request(caller, { confirm: caller.organizationHandle, forfeit: false });
    await job.run();
    expect(await requests.find(caller)).toMatchObject({ state: 'closing' });
    await expect(requests.cancel(caller)).rejects.toMatchObject({ code: 'HOLDINGS.NO_ERASURE' });
  });

  it('lets nobody in from the moment it begins, and tells every server', async () => {
    const heard: string[] = [];
    const stop = await context.database().listen('steelyard_key', (key) => heard.push(key));
    await settle();
    await requests.request(caller, { confirm: caller.organizationHandle, forfeit: false });
    await job.run();
    expect((await sql('SELECT FROM api_key WHERE tenant_id = $1 UNION ALL SELECT FROM member WHERE tenant_id = $1 UNION ALL SELECT FROM webhook_endpoint WHERE tenant_id = $1')).rows).toEqual([]);
    expect((await sql('SELECT visibility FROM model WHERE tenant_id = $1')).rows).toEqual([{ visibility: 'private' }]);
    expect((await sql('SELECT FROM publication WHERE tenant_id = $1')).rows).toHaveLength(1);
    for (let tries = 0; tries < 100 && !heard.includes(seeded.keyId); tries += 1) await pause(20);
    await stop();
    expect(heard).toContain(seeded.keyId);
  });

  it('removes the files that nobody else has', async () => {
    const other = await seedTenant(context.database());
    const store = async (text: string): Promise<string> => {
      await blobs.append('u', 0, Readable.from([Buffer.from(text)]), { maxBytes: 100 });
      await blobs.commit('u', sha256(text), text.length);
      return sha256(text);
    };
    const [mine, both, listed] = [await store('mine alone'), await store('of both'), await store('listed elsewhere')];
    await sql('INSERT INTO blob_possession (tenant_id, sha256, size) VALUES ($1, $2, 1), ($1, $3, 1), ($4, $3, 1)', [seeded.tenantId, mine, both, other.tenantId]);
    await sql(`UPDATE model_version SET digest = 'digest-of-mine', files = $2 WHERE tenant_id = $1`, [seeded.tenantId, JSON.stringify([{ path: 'a', sha256: mine, size: 1 }, { path: 'b', sha256: listed, size: 1 }])]);
    await sql('UPDATE model_version SET files = $2 WHERE tenant_id = $1', [other.tenantId, JSON.stringify([{ path: 'b', sha256: listed, size: 1 }])]);
    await settle();
    await erase();
    expect([await blobs.has(mine), await blobs.has(both), await blobs.has(listed)]).toEqual([false, true, true]);
    expect(removedFolders).toEqual(['digest-of-mine']);
    expect(await readdir(join(dir, 'sha256', mine.slice(0, 2))).catch(() => [])).not.toContain(mine);
  });

  it('keeps of its audit log the length and the last hash', async () => {
    await sql(`UPDATE audit_entry SET seq = n, hash = 'h' || n FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM audit_entry WHERE tenant_id = $1 AND seq IS NULL) AS s WHERE audit_entry.id = s.id`);
    const { rows: [last] } = await sql('SELECT max(seq) AS n FROM audit_entry WHERE tenant_id = $1');
    await settle();
    await erase();
    expect((await sql('SELECT audit_entries, audit_hash FROM erasure WHERE tenant_id = $1')).rows).toEqual([{ audit_entries: last!['n'], audit_hash: `h${String(last!['n'])}` }]);
    expect((await sql(`SELECT action FROM audit_entry WHERE tenant_id = $2 AND object = 'erasure' AND object_id = $1::TEXT ORDER BY id`, [seeded.tenantId, PLATFORM_ORGANIZATION_ID])).rows.map((row) => row['action']).slice(-4)).toEqual(['created', 'changed', 'changed', 'changed']);
  });
}, everyTestServer());
