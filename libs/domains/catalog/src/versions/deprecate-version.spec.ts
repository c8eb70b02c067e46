import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Caller } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { CatalogWorld } from '../catalog.fixture.js';

describeDatabase('deprecation', (context) => {
  let world: CatalogWorld;
  let acme: Caller;
  let model: string;
  let models = 0;
  const sunsetAt = new Date(Date.now() + 86_400_000);

  beforeAll(async () => {
    world = new CatalogWorld(context.database());
    await world.catalog.onApplicationBootstrap();
    acme = await world.openOrganization('acme');
  });
  afterAll(() => world.catalog.onApplicationShutdown());

  beforeEach(async () => {
    model = `model-${(models += 1)}`;
    await world.publish(acme, { name: model });
    await world.publish(acme, { name: model, version: '2.0.0', channel: null });
    await world.publish(acme, { name: model, version: '3.0.0', channel: null, ready: false });
  });

  const wish = () => ({ tenantId: acme.organizationId, model, version: '1.0.0' });
  const resolve = (suffix = '') => world.catalog.resolve(`acme/${model}${suffix}`, undefined);
  const refused = (code: string) => expect.objectContaining({ code: `CATALOG.${code}` });
  /** Time passes: what only the database can be told. */
  const retire = async () => {
    const past = new Date(Date.now() - 1_000);
    await context.database().withTenant(acme.organizationId, (tx) => tx.modelVersion.updateMany({ where: { ...where(), version: '1.0.0' }, data: { sunsetAt: past } }));
    await context.database().pool.query(`SELECT pg_notify('steelyard_catalog', $1)`, [acme.organizationId]);
  };
  const where = () => ({ tenantId: acme.organizationId, model: { name: model } });

  it('is told with the version, its successor and its dates, and taken back', async () => {
    expect((await resolve()).deprecation).toBeUndefined();
    const changed = await world.catalog.deprecateVersion({ ...wish(), sunsetAt, successor: '2.0.0', reason: 'misreads 7' });
    expect((await resolve()).deprecation).toEqual({ since: expect.any(Date), sunsetAt, successor: '2.0.0' });
    const { deprecation } = await world.reader.ownVersion(acme, changed);
    expect(deprecation).toEqual({ since: expect.any(Date), sunsetAt, successor: '2.0.0', reason: 'misreads 7' });
    await world.catalog.restoreVersion(wish());
    expect((await resolve()).deprecation).toBeUndefined();
  });

  it('stays since when it was first said, when its dates change', async () => {
    await world.catalog.deprecateVersion({ ...wish(), sunsetAt });
    const before = (await resolve()).deprecation!;
    const later = new Date(sunsetAt.getTime() + 1_000);
    await world.catalog.deprecateVersion({ ...wish(), sunsetAt: later });
    expect((await resolve()).deprecation).toEqual({ since: before.since, sunsetAt: later, successor: undefined });
  });

  it('ends the answers at the sunset, of what was found before too', async () => {
    await world.catalog.deprecateVersion({ ...wish(), sunsetAt: new Date(Date.now() + 400), successor: '2.0.0' });
    await resolve();
    await new Promise((later) => setTimeout(later, 500));
    for (const suffix of ['', ':stable', '@1.0.0']) {
      await expect(resolve(suffix)).rejects.toMatchObject({ code: 'CATALOG.VERSION_RETIRED', kind: 'not-found', fix: `Call acme/${model}@2.0.0, which takes its place.` });
    }
    await expect(resolve('@2.0.0')).resolves.toMatchObject({ version: '2.0.0' });
    await expect(world.catalog.releaseVersion({ ...wish(), actorId: acme.actorId, channel: 'beta' })).rejects.toEqual(refused('VERSION_RETIRED'));
    await world.catalog.restoreVersion(wish());
    await expect(resolve()).resolves.toMatchObject({ version: '1.0.0' });
  });

  it('gives a retired candidate no calls', async () => {
    await world.catalog.releaseVersion({ ...wish(), actorId: acme.actorId, channel: 'stable', version: '2.0.0' });
    await world.catalog.startCanary({ ...wish(), actorId: acme.actorId, channel: 'stable', percent: 50 });
    await world.catalog.deprecateVersion({ ...wish(), sunsetAt });
    expect((await world.catalog.resolve(`acme/${model}`, undefined, 0)).version).toBe('1.0.0');
    await retire();
    await new Promise((later) => setTimeout(later, 200));
    expect((await world.catalog.resolve(`acme/${model}`, undefined, 0)).version).toBe('2.0.0');
  });

  it('refuses what makes no sense', async () => {
    const deprecate = (more: object) => world.catalog.deprecateVersion({ ...wish(), sunsetAt, ...more });
    await expect(deprecate({ sunsetAt: new Date(Date.now() - 1) })).rejects.toEqual(refused('SUNSET_PASSED'));
    await expect(deprecate({ successor: '1.0.0' })).rejects.toEqual(refused('SUCCESSOR_INVALID'));
    await expect(deprecate({ successor: '3.0.0' })).rejects.toEqual(refused('VERSION_NOT_FOUND'));
    await expect(deprecate({ version: '3.0.0' })).rejects.toEqual(refused('VERSION_NOT_FOUND'));
    await expect(deprecate({ model: 'elsewhere' })).rejects.toEqual(refused('MODEL_NOT_FOUND'));
    await expect(deprecate({ reason: 'a\nb' })).rejects.toEqual(refused('REASON_INVALID'));
    await expect(deprecate({ reason: '\0' })).rejects.toEqual(refused('REASON_INVALID'));
    await deprecate({ version: '2.0.0' });
    await expect(deprecate({ successor: '2.0.0' })).rejects.toEqual(refused('SUCCESSOR_INVALID'));
  });
});
