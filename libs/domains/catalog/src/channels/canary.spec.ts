import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { newId, type Caller } from '@steelyard/kernel';
import { OrganizationHandles } from '@steelyard/domain-identity';
import type { Manifest } from '@steelyard/model-package';
import { describeDatabase } from '@steelyard/test-support';
import { MEASUREMENTS } from '../catalog.fixture.js';
import { Catalog } from '../catalog.js';
import type { VersionDraft } from '../versions/version.js';

describeDatabase('canaries', (context) => {
  const database = () => context.database();
  const tenantId = newId();
  const caller: Caller = { organizationId: tenantId, organizationHandle: 'acme', actorId: 'key-1', scopes: new Set(['predict']) };
  const at = { tenantId, actorId: 'key-1', channel: 'stable' };
  let catalog: Catalog;
  let model: string;
  let models = 0;

  beforeAll(async () => {
    await database().withPlatform((tx) => tx.organization.create({ data: { id: tenantId, handle: 'acme', name: 'Acme' } }));
    catalog = new Catalog(database(), new OrganizationHandles(database()));
    await catalog.onApplicationBootstrap();
  });
  afterAll(() => catalog.onApplicationShutdown());

  /** A model of its own with versions 1.0.0, 2.0.0, 3.0.0 ready, the first of them stable. */
  beforeEach(async () => {
    model = `model-${(models += 1)}`;
    for (const version of ['1.0.0', '2.0.0', '3.0.0']) await publish(version);
    await catalog.releaseVersion({ ...at, model, version: '1.0.0' });
  });

  async function publish(version: string, ready = true) {
    const manifest = { name: model, version, license: 'MIT', task: 'custom', description: '', input: {}, output: {} } as unknown as Manifest;
    const price = { currency: 'usd', components: [{ unit: 'request' as const, amountNano: 1_000_000n, per: 1n }] };
    const draft: VersionDraft = { tenantId, manifest, digest: newId(), files: [], card: '', samples: [], price };
    const { versionId } = await catalog.draftVersion(draft);
    if (ready) await catalog.finishVersion({ tenantId, versionId }, { ready: true, measurements: MEASUREMENTS });
  }

  const start = (version: string, percent = 10, reason?: string) => catalog.startCanary({ ...at, model, version, percent, reason });
  const resolved = async (draw?: number, suffix = '') => (await catalog.resolve(`acme/${model}${suffix}`, caller, draw)).version;
  const canary = async () => {
    const running = await catalog.runningCanaries();
    const modelId = (await catalog.resolve(`acme/${model}@1.0.0`, caller)).modelId;
    return running.find((one) => one.modelId === modelId);
  };
  const history = async () => {
    const { modelId } = await catalog.resolve(`acme/${model}@1.0.0`, caller);
    const versions = await database().withTenant(tenantId, (tx) => tx.modelVersion.findMany({ where: { tenantId, modelId } }));
    const number = (id: string | null) => versions.find((version) => version.id === id)?.version;
    const events = await database().withTenant(tenantId, (tx) => tx.channelEvent.findMany({ where: { tenantId, modelId }, orderBy: { id: 'asc' } }));
    return events.slice(1).map(({ action, fromVersionId, toVersionId, actorId, reason }) => [action, number(fromVersionId), number(toVersionId), actorId, reason]);
  };
  const refused = (code: string) => expect.objectContaining({ code: `CATALOG.${code}` });

  it('sends the drawn share of the channel to the candidate, and never splits a version', async () => {
    await start('2.0.0', 10, 'better');
    expect(await Promise.all([resolved(0), resolved(0.0999), resolved(0.1), resolved(0.999), resolved()])).toEqual(['2.0.0', '2.0.0', '1.0.0', '1.0.0', '1.0.0']);
    expect(await resolved(0, '@1.0.0')).toBe('1.0.0');
    expect(await canary()).toMatchObject({ tenantId, channel: 'stable' });
    await start('2.0.0', 50);
    expect(await Promise.all([resolved(0.49), resolved(0.5)])).toEqual(['2.0.0', '1.0.0']);
    expect(await history()).toEqual([
      ['canary', '1.0.0', '2.0.0', 'key-1', '10 % of calls: better'],
      ['canary', '1.0.0', '2.0.0', 'key-1', '50 % of calls'],
    ]);
  });

  it('keeps its beginning when its share changes', async () => {
    await start('2.0.0');
    const before = await canary();
    await start('2.0.0', 20);
    expect(await canary()).toEqual(before);
  });

  it('promotes: a release that one rollback takes back', async () => {
    await start('2.0.0');
    await catalog.promoteCanary({ ...at, model, reason: 'good' });
    expect(await Promise.all([resolved(0), resolved(0.9)])).toEqual(['2.0.0', '2.0.0']);
    await catalog.rollBack({ ...at, model });
    expect(await resolved(0)).toBe('1.0.0');
    expect((await history()).slice(1)).toEqual([
      ['canary-promoted', '1.0.0', '2.0.0', 'key-1', 'good'],
      ['rollback', '2.0.0', '1.0.0', 'key-1', null],
    ]);
    await expect(catalog.rollBack({ ...at, model })).rejects.toEqual(refused('NOTHING_TO_ROLL_BACK'));
  });

  it('stops, and then has nothing to stop or promote', async () => {
    await start('2.0.0');
    await catalog.stopCanary({ ...at, model, reason: 'enough' });
    expect(await resolved(0)).toBe('1.0.0');
    expect((await history()).at(-1)).toEqual(['canary-stopped', '2.0.0', '1.0.0', 'key-1', 'enough']);
    await expect(catalog.stopCanary({ ...at, model })).rejects.toEqual(refused('NO_CANARY'));
    await expect(catalog.promoteCanary({ ...at, model })).rejects.toEqual(refused('NO_CANARY'));
  });

  it('ends with a release or a rollback of its channel', async () => {
    await start('2.0.0');
    await catalog.releaseVersion({ ...at, model, version: '3.0.0' });
    expect([await resolved(0), await canary()]).toEqual(['3.0.0', undefined]);
    await start('2.0.0');
    await catalog.rollBack({ ...at, model });
    expect([await resolved(0), await canary()]).toEqual(['1.0.0', undefined]);
    expect((await history()).map(([action, from, to]) => [action, from, to])).toEqual([
      ['canary', '1.0.0', '2.0.0'],
      ['canary-stopped', '2.0.0', '1.0.0'],
      ['release', '1.0.0', '3.0.0'],
      ['canary', '3.0.0', '2.0.0'],
      ['canary-stopped', '2.0.0', '3.0.0'],
      ['rollback', '3.0.0', '1.0.0'],
    ]);
  });

  it('is rolled back in the platform’s name only while it is the one that was judged', async () => {
    await start('2.0.0');
    const judged = (await canary())!;
    expect(await catalog.rollBackCanary({ ...judged, startedAt: new Date(0) }, 'another')).toBe(false);
    expect(await catalog.rollBackCanary(judged, '9 % faults')).toBe(true);
    expect(await catalog.rollBackCanary(judged, 'twice')).toBe(false);
    expect(await resolved(0)).toBe('1.0.0');
    expect((await history()).at(-1)).toEqual(['canary-rolled-back', '2.0.0', '1.0.0', 'steelyard', '9 % faults']);
  });

  it('refuses what cannot be a candidate', async () => {
    await publish('4.0.0', false);
    await expect(start('1.0.0')).rejects.toEqual(refused('CANDIDATE_IS_STABLE'));
    await expect(start('4.0.0')).rejects.toEqual(refused('VERSION_NOT_FOUND'));
    for (const percent of [0, 100, 1.5]) await expect(start('2.0.0', percent)).rejects.toEqual(refused('CANARY_PERCENT_INVALID'));
    await expect(catalog.startCanary({ ...at, model, channel: 'beta', version: '2.0.0', percent: 5 })).rejects.toEqual(refused('CHANNEL_NOT_FOUND'));
    await start('2.0.0');
    await expect(start('3.0.0')).rejects.toEqual(refused('CANARY_RUNNING'));
    await database().withTenant(tenantId, (tx) => tx.modelVersion.updateMany({ where: { tenantId, version: '3.0.0' }, data: { sunsetAt: new Date() } }));
    await catalog.stopCanary({ ...at, model });
    await expect(start('3.0.0')).rejects.toEqual(refused('CANDIDATE_RETIRED'));
  });

  it('takes one of two candidates that come at once', async () => {
    const outcomes = await Promise.allSettled([start('2.0.0'), start('3.0.0')]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: refused('CANARY_RUNNING') });
  });
});
