import { verifyLog, type AuditEntry } from '@steelyard/audit';
import { beforeEach, expect, it } from '@jest/globals';
import { newId } from '@steelyard/kernel';
import { actAs, sqlTransaction, type Acting } from '@steelyard/platform-database';
import { describeDatabase, everyTestServer } from '@steelyard/test-support';
import { ReadEntries } from './read-entries.js';
import { SealEntries } from './seal-entries.js';
import { UNAUDITED_TABLES } from './unaudited-tables.js';
import { VerifyChains } from './verify-chains.js';

const PLATFORM_ID = '00000000-0000-7000-8000-000000000001';
const ADA: Acting = { actorId: 'person:ada', kind: 'person', requestId: 'request-1' };

describeDatabase('the audit log', (context) => {
  let sealing: SealEntries;
  let reading: ReadEntries;
  let tenantId: string;

  beforeEach(async () => {
    sealing = new SealEntries(context.database());
    reading = new ReadEntries(context.database(), sealing);
    tenantId = newId();
    await openOrganization(tenantId);
  });

  const openOrganization = (id: string) => context.database().withPlatform((tx) => tx.organization.create({ data: { id, handle: `h-${id}`, name: 'Acme' } }));
  const addKey = (id: string, name = 'key', tenant = tenantId) =>
    context.database().withTenant(tenant, (tx) => tx.apiKey.create({ data: { id, tenantId: tenant, name, secretHmac: Buffer.from('secret of the key'), pepperId: 'p1', scopes: ['predict'] } }));
  const logOf = async (tenant = tenantId): Promise<AuditEntry[]> => {
    let text = '';
    for await (const part of reading.lines(tenant)) text += part;
    return text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as AuditEntry);
  };

  it('is written for every table but those that say why not', async () => {
    const { rows } = await context.database().pool.query<{ name: string; audited: boolean }>(`
      SELECT c.relname AS name, EXISTS (SELECT FROM pg_trigger AS t JOIN pg_proc AS p ON p.oid = t.tgfoid WHERE t.tgrelid = c.oid AND p.proname = 'audit_change') AS audited
      FROM pg_class AS c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`);
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter(({ audited }) => !audited).map(({ name }) => name)).toEqual(Object.keys(UNAUDITED_TABLES));
  });

  it('says who changed what, from what to what, and withholds secrets', async () => {
    await actAs(() => ADA, async () => {
      await addKey(`k-${tenantId}`);
      await context.database().withTenant(tenantId, (tx) => tx.apiKey.updateMany({ where: { tenantId }, data: { name: 'renamed' } }));
      await context.database().withTenant(tenantId, (tx) => tx.apiKey.deleteMany({ where: { tenantId } }));
    });
    const [opened, created, changed, removed] = await logOf();
    expect(opened).toMatchObject({ seq: 1, actor: { id: 'steelyard', kind: 'platform' }, action: 'created', object: { kind: 'organization', id: tenantId }, changes: { name: [null, 'Acme'] }, requestId: null });
    const byAda = { organizationId: tenantId, actor: { id: 'person:ada', kind: 'person' }, object: { kind: 'api_key', id: `k-${tenantId}` }, requestId: 'request-1', reason: null };
    expect(created).toMatchObject({ ...byAda, action: 'created', changes: { name: [null, 'key'], scopes: [null, ['predict']], secret_hmac: [null, '(withheld)'] } });
    expect(changed).toMatchObject({ ...byAda, seq: 3, action: 'changed', changes: { name: ['key', 'renamed'] } });
    expect(Object.keys(changed!.changes)).toEqual(['name']);
    expect(removed).toMatchObject({ ...byAda, action: 'removed', changes: { name: ['renamed', null], secret_hmac: ['(withheld)', null] } });
    expect(JSON.stringify(await logOf())).not.toContain(Buffer.from('secret of the key').toString('hex'));
  });

  it('keeps who acts apart, however many act at one moment', async () => {
    const actors = Array.from({ length: 12 }, (_, n) => `person:p${n}`);
    await Promise.all(actors.map((actorId) => actAs(() => ({ actorId, kind: 'person' }), () => addKey(`${actorId}-${tenantId}`))));
    const log = (await logOf()).slice(1);
    expect(log.map(({ object }) => object.id).sort()).toEqual(actors.map((actor) => `${actor}-${tenantId}`).sort());
    expect(log.filter(({ actor, object }) => object.id !== `${actor.id}-${tenantId}`)).toEqual([]);
  });

  it('has no entry of what was rolled back, nor of what is not worth one', async () => {
    const failing = context.database().withTenant(tenantId, async (tx) => {
      await tx.member.create({ data: { tenantId, id: newId(), email: 'gone@example.org', role: 'viewer' } });
      throw new RangeError('stop');
    });
    await expect(failing).rejects.toThrow('stop');
    await addKey(`k-${tenantId}`);
    await context.database().pool.query('UPDATE api_key SET last_used_at = now() WHERE tenant_id = $1', [tenantId]);
    await context.database().pool.query('UPDATE api_key SET name = name WHERE tenant_id = $1', [tenantId]);
    expect((await logOf()).map(({ object, action }) => `${object.kind} ${action}`)).toEqual(['organization created', 'api_key created']);
  });

  it('carries the reason that a row or a transaction gives, says numbers as text and long values by their hash', async () => {
    const [modelId, versionId] = [newId(), newId()];
    await context.database().withTenant(tenantId, async (tx) => {
      await tx.model.create({ data: { tenantId, id: modelId, name: 'digits', task: 'custom' } });
      await tx.modelVersion.create({ data: { tenantId, id: versionId, modelId, version: '1.0.0', digest: 'd', manifest: {}, files: [], card: 'x'.repeat(1_000), samples: [] } });
      await tx.price.create({ data: { tenantId, id: newId(), versionId, currency: 'usd', components: [{ unit: 'request', amountNano: '1', per: '1' }], actorId: 'key-9', reason: 'dearer power' } });
    });
    await sqlTransaction(context.database().pool, (client) => client.query(`INSERT INTO billing_tax (tenant_id, basis_points, label, tax_id, updated_by) VALUES ($1, 1900, 'VAT', 'DE1', 'key-8')`, [tenantId]), 'as the tax office says');
    const [, model, version, price, tax] = await logOf();
    expect(model!.object).toEqual({ kind: 'model', id: modelId });
    expect(version!.changes['card']).toEqual([null, { bytes: '1002', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    expect(price).toMatchObject({ actor: { id: 'key-9', kind: 'key' }, reason: 'dearer power', object: { kind: 'price' } });
    expect(tax).toMatchObject({ actor: { id: 'key-8' }, reason: 'as the tax office says', changes: { basis_points: [null, '1900'], tax_id: [null, '(withheld)'] } });
  });

  it('has what belongs to no organization in the chain of the platform', async () => {
    const id = newId();
    await context.database().withPlatform((tx) => tx.person.create({ data: { id, issuer: 'https://issuer.example', subject: id, email: 'ada@example.org', emailVerified: true, name: 'Ada' } }));
    const entry = (await logOf(PLATFORM_ID)).find(({ object }) => object.id === id);
    expect(entry).toMatchObject({ object: { kind: 'person' }, changes: { email: [null, '(withheld)'], issuer: [null, 'https://issuer.example'] } });
    const session = { id: newId(), tokenHash: Buffer.from(id), personId: id, kind: 'browser', userAgent: 'Firefox', expiresAt: new Date('2100-01-01'), issuerClient: 'portal' };
    await context.database().withPlatform((tx) => tx.session.create({ data: session }));
    expect((await logOf(PLATFORM_ID)).find(({ object }) => object.id === session.id)).toMatchObject({ actor: { id: `person:${id}`, kind: 'person' }, changes: { token_hash: [null, '(withheld)'] } });
  });

  it('is one chain without gaps for each organization, whoever writes and seals at the same moment', async () => {
    const tenants = [newId(), newId(), newId()];
    await Promise.all(tenants.map(openOrganization));
    const writers = tenants.flatMap((tenant) => Array.from({ length: 15 }, (_, n) => addKey(`k${n}-${tenant}`, 'key', tenant)));
    const sealers = Array.from({ length: 6 }, () => new SealEntries(context.database()).run());
    await Promise.all([...writers, ...sealers]);
    for (const tenant of tenants) {
      const lines: string[] = [];
      for await (const part of reading.lines(tenant)) lines.push(...part.split('\n').filter(Boolean));
      expect(await verifyLog(lines)).toMatchObject({ valid: true, entries: 16, organizationId: tenant });
    }
    expect(await new VerifyChains(context.database()).run(10_000)).toMatchObject({ complete: true });
  });

  it('gives pages, newest first, of one sort of thing or one actor', async () => {
    await actAs(() => ADA, () => addKey(`a-${tenantId}`));
    await addKey(`b-${tenantId}`);
    const seqs = async (query: Partial<Parameters<ReadEntries['page']>[1]>) => (await reading.page(tenantId, { limit: 10, ...query })).map(({ seq }) => seq);
    expect(await seqs({})).toEqual(['3', '2', '1']);
    expect(await seqs({ limit: 1 })).toEqual(['3', '2']);
    expect(await seqs({ before: 3n })).toEqual(['2', '1']);
    expect(await seqs({ object: 'api_key' })).toEqual(['3', '2']);
    expect(await seqs({ objectId: `b-${tenantId}` })).toEqual(['3']);
    expect(await seqs({ actorId: 'person:ada' })).toEqual(['2']);
  });

  it('is changed by neither of our roles, sealed or not', async () => {
    await addKey(`k-${tenantId}`);
    const asTenant = (sql: string) => context.database().withTenant(tenantId, (tx) => tx.$executeRawUnsafe(sql));
    const asPlatform = (sql: string) => context.database().pool.query(sql);
    const forged = `INSERT INTO audit_entry (tenant_id, at, actor_id, actor_kind, action, object, object_id, changes) VALUES ('${tenantId}', now(), 'x', 'key', 'created', 'x', 'x', '{}')`;
    for (const round of ['open', 'sealed']) {
      for (const sql of ['DELETE FROM audit_entry', 'TRUNCATE audit_entry', `UPDATE audit_entry SET actor_id = 'x'`, ...(round === 'sealed' ? ['UPDATE audit_entry SET seq = seq + 1', `UPDATE audit_entry SET hash = '0'`] : [])]) {
        await expect(asPlatform(sql)).rejects.toMatchObject({ code: '42501' });
        await expect(asTenant(sql)).rejects.toThrow(/permission denied/);
      }
      await expect(asTenant(forged)).rejects.toThrow(/permission denied/);
      await sealing.run();
    }
  });

  it('tells of an entry that the owner of the database has changed all the same', async () => {
    await addKey(`k-${tenantId}`);
    await logOf();
    await sqlTransaction(context.database().pool, async (client) => {
      await client.query('SET LOCAL ROLE NONE');
      await client.query('ALTER TABLE audit_entry DISABLE TRIGGER keep, NO FORCE ROW LEVEL SECURITY');
      await client.query(`UPDATE audit_entry SET actor_id = 'person:eve' WHERE tenant_id = $1 AND seq = 2`, [tenantId]);
      await client.query('ALTER TABLE audit_entry ENABLE TRIGGER keep, FORCE ROW LEVEL SECURITY');
    });
    expect(await new VerifyChains(context.database()).run(10_000)).toMatchObject({ broken: { organizationId: tenantId, seq: 2 } });
    const lines = (await logOf()).map((entry) => JSON.stringify(entry));
    expect(await verifyLog(lines)).toMatchObject({ valid: false, line: 2, problem: expect.stringContaining('entry 2 was changed') });
  });
}, everyTestServer());
