import { beforeEach, afterEach, expect, it } from '@jest/globals';
import { ModelNames } from '@steelyard/domain-catalog';
import { ActorNames, OrganizationHandles } from '@steelyard/domain-identity';
import { newId, type Caller } from '@steelyard/kernel';
import { silentLogger } from '@steelyard/platform-observability';
import { describeDatabase } from '@steelyard/test-support';
import { seedTenant, type SeededTenant } from '../../../../platform/database/src/seed-tenant.fixture.js';
import { KnownPolicies } from './known-policies.js';
import { ListPolicies } from './list-policies.js';
import { NO_POLICY, POLICIES_MAX } from './policy.js';
import { SetPolicy } from './set-policy.js';

const callerOf = ({ tenantId, keyId }: SeededTenant): Caller => ({ organizationId: tenantId, organizationHandle: 'x', actorId: keyId, scopes: new Set() });
const modelOf = ({ modelId, tenantId }: SeededTenant) => ({ modelId, providerTenantId: tenantId });

describeDatabase('privacy policies', (context) => {
  let known: KnownPolicies;
  let elsewhere: KnownPolicies;
  let policies: SetPolicy;
  let list: ListPolicies;
  let consumer: SeededTenant;
  let provider: SeededTenant;

  beforeEach(async () => {
    const database = context.database();
    [consumer, provider] = [await seedTenant(database), await seedTenant(database, 'public')];
    const handles = new OrganizationHandles(database);
    const [models, actors] = [new ModelNames(database, handles), new ActorNames(database)];
    [known, elsewhere] = [new KnownPolicies(database, silentLogger), new KnownPolicies(database, silentLogger)];
    await known.onModuleInit();
    await elsewhere.onModuleInit();
    policies = new SetPolicy(database, known, models, actors, handles);
    list = new ListPolicies(database, models, actors);
    for (const { tenantId } of [consumer, provider]) await policies.clear({ ...callerOf(consumer), organizationId: tenantId }, {});
  });

  afterEach(async () => {
    await known.onApplicationShutdown();
    await elsewhere.onApplicationShutdown();
  });

  it('add up: kinds of all of them, and the shortest time', async () => {
    const caller = callerOf(consumer);
    const ref = `org-${provider.tenantId}/digits`;
    expect(known.of(caller, modelOf(provider))).toBe(NO_POLICY);
    await policies.set(caller, {}, { mask: ['email'], retentionHours: 48 });
    await policies.set(caller, { keyId: consumer.keyId }, { mask: ['card'], retentionHours: 2 });
    await policies.set(caller, { model: ref }, { block: ['iban'] });
    await policies.set(callerOf(provider), { model: ref }, { mask: ['secret'] });
    expect(known.of(caller, modelOf(provider))).toEqual({ mask: new Set(['email', 'card', 'secret']), block: new Set(['iban']), retentionHours: 2 });
    expect(known.of({ ...caller, actorId: 'person:x' }, modelOf(consumer))).toEqual({ mask: new Set(['email']), block: new Set(), retentionHours: 48 });
    // Of what the provider says, only its own model is anybody else's business.
    await policies.set(callerOf(provider), {}, { mask: ['phone'], retentionHours: 0 });
    expect(known.of(caller, modelOf(provider)).mask).not.toContain('phone');
    expect(known.of(caller, modelOf(provider)).retentionHours).toBe(2);
  });

  it('change what is given and nothing else, and are listed with names', async () => {
    const caller = callerOf(consumer);
    await policies.set(caller, { keyId: consumer.keyId }, { mask: ['email', 'email', 'card'], retentionHours: 0 });
    await policies.set(caller, { keyId: consumer.keyId }, { block: ['iban'] });
    await policies.set(caller, { model: `org-${provider.tenantId}/digits` }, { mask: ['ip'] });
    expect(await list.list(caller)).toMatchObject([
      { scope: 'key', key: { id: consumer.keyId, name: 'key' }, model: null, mask: ['email', 'card'], block: ['iban'], retentionHours: 0, updatedBy: consumer.keyId },
      { scope: 'model', key: null, model: { id: provider.modelId, ref: `org-${provider.tenantId}/digits` }, mask: ['ip'], retentionHours: null },
    ]);
    await policies.set(caller, { keyId: consumer.keyId }, { retentionHours: null });
    expect((await list.list(caller))[0]).toMatchObject({ mask: ['email', 'card'], retentionHours: null });
    await policies.clear(caller, { keyId: consumer.keyId });
    expect(await list.list(caller)).toHaveLength(1);
    expect(await list.list(callerOf(provider))).toEqual([]);
  });

  it('reach other servers', async () => {
    await policies.set(callerOf(consumer), {}, { mask: ['email'] });
    const until = Date.now() + 5_000;
    while (elsewhere.of(callerOf(consumer), modelOf(provider)).mask.size === 0 && Date.now() < until) await new Promise((later) => setTimeout(later, 10));
    expect(elsewhere.of(callerOf(consumer), modelOf(provider)).mask).toEqual(new Set(['email']));
    await policies.clear(callerOf(consumer), {});
    await elsewhere.readAll();
    expect(elsewhere.of(callerOf(consumer), modelOf(provider))).toEqual(NO_POLICY);
  });

  it('go on with the key that takes the place of another', async () => {
    const caller = callerOf(consumer);
    await policies.set(caller, { keyId: consumer.keyId }, { mask: ['email'], retentionHours: 0 });
    await context.database().withTenant(consumer.tenantId, async (tx) => {
      await tx.apiKey.create({ data: { id: 'next', tenantId: consumer.tenantId, name: 'key', secretHmac: Buffer.alloc(32), pepperId: 'p1', scopes: [] } });
      await tx.apiKey.update({ where: { id: consumer.keyId, tenantId: consumer.tenantId }, data: { rotatedToId: 'next' } });
    });
    await known.read(consumer.tenantId);
    expect(known.of({ ...caller, actorId: 'next' }, modelOf(provider))).toEqual({ mask: new Set(['email']), block: new Set(), retentionHours: 0 });
  });

  /** Policies that others set, of keys that are made for them or of models. */
  async function fill(scope: 'key' | 'model', count: number): Promise<void> {
    const { tenantId, keyId } = consumer;
    const subjects = Array.from({ length: count }, (_none, n) => (scope === 'model' ? newId() : `${n}-${keyId}`));
    await context.database().withPlatform(async (tx) => {
      if (scope === 'key') await tx.apiKey.createMany({ data: subjects.map((id) => ({ id, tenantId, name: 'key', secretHmac: Buffer.alloc(32), pepperId: 'p1', scopes: [] })) });
      const providerId = scope === 'model' ? provider.tenantId : null;
      await tx.privacyPolicy.createMany({ data: subjects.map((subject) => ({ tenantId, scope, subject, providerId, mask: [], block: [], updatedBy: keyId })) });
    });
  }

  it('are so many of models and no more, also when two are set at once; those that are there can be changed', async () => {
    const caller = callerOf(consumer);
    await fill('model', POLICIES_MAX - 1);
    const refs = [`org-${provider.tenantId}/digits`, `org-${consumer.tenantId}/digits`];
    const outcomes = await Promise.allSettled(refs.map((model) => policies.set(caller, { model }, { mask: ['email'] })));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = outcomes.find((outcome) => outcome.status === 'rejected');
    expect(refused!.reason).toMatchObject({ code: 'PRIVACY.POLICIES_FULL', kind: 'conflict', message: expect.stringContaining('1000 models') });
    const there = refs.find((_ref, index) => outcomes[index]!.status === 'fulfilled')!;
    await policies.set(caller, { model: there }, { mask: ['card'] });
    await policies.set(caller, { keyId: consumer.keyId }, { mask: ['card'] });
    await policies.set(caller, {}, { mask: ['card'] });
    expect(await list.list(caller)).toHaveLength(POLICIES_MAX + 2);
  });

  it('of keys that have ended make room for those of keys that work', async () => {
    const caller = callerOf(consumer);
    const { tenantId, keyId } = consumer;
    await fill('key', POLICIES_MAX);
    await expect(policies.set(caller, { keyId }, { mask: ['email'] })).rejects.toMatchObject({ code: 'PRIVACY.POLICIES_FULL' });
    const change = (id: string, data: object) => context.database().withTenant(tenantId, (tx) => tx.apiKey.update({ where: { tenantId_id: { tenantId, id } }, data }));
    await change(`0-${keyId}`, { revokedAt: new Date() });
    await policies.set(caller, { keyId }, { mask: ['email'] });
    // Each rotation brings another, and however many there are, what is in memory does not grow.
    await change(`1-${keyId}`, { rotatedToId: 'after-1', revokedAt: new Date() });
    await change(`2-${keyId}`, { rotatedToId: 'after-2', revokedAt: new Date() });
    const subjects = (await list.list(caller)).map(({ subject }) => subject);
    expect(subjects).toHaveLength(POLICIES_MAX);
    expect(subjects).toEqual(expect.arrayContaining([keyId, 'after-1', 'after-2', `3-${keyId}`]));
    for (const n of [0, 1, 2]) expect(subjects).not.toContain(`${n}-${keyId}`);
  });

  it('are refused for keys and models of others, and for times that make no sense', async () => {
    const caller = callerOf(consumer);
    const set = (whose: Parameters<SetPolicy['set']>[1], change: Parameters<SetPolicy['set']>[2]) => policies.set(caller, whose, change);
    await expect(set({ keyId: provider.keyId }, {})).rejects.toMatchObject({ code: 'PRIVACY.KEY_NOT_FOUND' });
    await expect(policies.set(callerOf(provider), { model: `org-${consumer.tenantId}/digits` }, {})).rejects.toMatchObject({ code: 'PRIVACY.MODEL_NOT_FOUND' });
    await expect(set({ keyId: consumer.keyId, model: 'a/b' }, {})).rejects.toMatchObject({ code: 'PRIVACY.POLICY_INVALID' });
    for (const retentionHours of [-1, 8_761, 1.5]) await expect(set({}, { retentionHours })).rejects.toMatchObject({ code: 'PRIVACY.POLICY_INVALID' });
    await expect(set({ model: `org-${provider.tenantId}/digits` }, { retentionHours: 1 })).rejects.toMatchObject({ code: 'PRIVACY.POLICY_INVALID' });
    expect(await list.list(caller)).toEqual([]);
  });
});
