import { beforeAll, expect, it } from '@jest/globals';
import { newId, type Caller, type Permission } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import fc from 'fast-check';
import { CatalogWorld } from '../catalog.fixture.js';
import { findShownFile } from '../files/find-shown-file.js';
import { ModelNames } from '../model-names.js';
import { OrganizationHandles } from '@steelyard/domain-identity';

describeDatabase('models for some', (ctx) => {
  let world: CatalogWorld;
  let [acme, bob, eve]: Caller[] = [];

  beforeAll(async () => {
    world = new CatalogWorld(ctx.database());
    [acme, bob, eve] = [await world.openOrganization('acme'), await world.openOrganization('bob'), await world.openOrganization('eve')];
  });

  const share = (name: string, handle = 'bob') => world.catalog.shareModel({ tenantId: acme!.organizationId, actorId: acme!.actorId, model: name, handle });
  const takeBack = (name: string, handle = 'bob') => world.catalog.stopSharing({ tenantId: acme!.organizationId, actorId: acme!.actorId, model: name, handle });

  /** By how many ways somebody learns of a model: calls it, reads it, finds it, searches it, counts it, has types of it, knows its name by its id. */
  async function reach(caller: Caller | undefined, name: string, modelId: string) {
    const database = ctx.database();
    const ownerId = acme!.organizationId;
    const [called, read, listed, searched, counted, typed, named] = await Promise.all([
      world.catalog.resolve(`acme/${name}`, caller).then(() => true, () => false),
      world.reader.model(caller, `acme/${name}`).then((model) => model !== undefined),
      world.reader.models(caller, { first: 100 }, { owner: 'acme' }).then(({ nodes }) => nodes.some((node) => node.name === name)),
      world.reader.models(caller, { first: 100 }, { search: name }).then(({ nodes }) => nodes.some((node) => node.name === name)),
      world.reader.facets(caller, { search: name }).then(({ total }) => total > 0),
      world.catalog.stableVersions(caller).then((versions) => versions.some((version) => version.name === name)),
      new ModelNames(database, new OrganizationHandles(database)).models(caller?.organizationId ?? newId(), [{ ownerId, id: modelId }]).then((names) => names.size > 0),
    ]);
    return { called, read, listed, searched, counted, typed, named };
  }
  const nothing = { called: false, read: false, listed: false, searched: false, counted: false, typed: false, named: false };
  const everything = { called: true, read: true, listed: true, searched: true, counted: true, typed: true, named: true };
  const byName = { ...nothing, called: true, read: true, named: true };

  it('are reached by exactly those they are for, by every way there is', async () => {
    const { modelId } = await world.publish(acme!, { name: 'mine', public: false });
    const all = async () => [await reach(acme, 'mine', modelId), await reach(bob, 'mine', modelId), await reach(eve, 'mine', modelId), await reach(undefined, 'mine', modelId)];
    expect(await all()).toEqual([everything, nothing, nothing, nothing]);
    await share('mine');
    expect(await all()).toEqual([everything, everything, nothing, nothing]);
    await takeBack('mine');
    expect(await all()).toEqual([everything, nothing, nothing, nothing]);
    await world.catalog.setVisibility(acme!.organizationId, 'mine', 'unlisted');
    expect(await all()).toEqual([everything, byName, byName, byName]);
    await share('mine');
    expect(await all()).toEqual([everything, everything, byName, byName]);
    await world.catalog.setVisibility(acme!.organizationId, 'mine', 'public');
    expect(await all()).toEqual([everything, everything, everything, everything]);
  });

  it('are not there for a key that may neither call models nor read them', async () => {
    const { modelId } = await world.publish(acme!, { name: 'quiet', public: false });
    await share('quiet');
    for (const caller of [acme!, bob!]) {
      const reachBy = (scope: Permission) => reach({ ...caller, scopes: new Set([scope]) }, 'quiet', modelId);
      expect(await reachBy('models:read')).toEqual(everything);
      expect(await reachBy('predict')).toEqual({ ...nothing, called: true, typed: true, named: true });
      // Its organization's own usage is shown with names of models.
      for (const scope of ['usage:read', 'models:publish'] as const) expect(await reachBy(scope)).toEqual({ ...nothing, named: true });
    }
  });

  it('keep that through any sequence of changes', async () => {
    const { modelId } = await world.publish(acme!, { name: 'moving', public: false });
    const step = fc.oneof(fc.constantFrom('private' as const, 'unlisted' as const, 'public' as const), fc.record({ with: fc.constantFrom('bob', 'eve'), on: fc.boolean() }));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
        const state = { visibility: 'private' as 'private' | 'unlisted' | 'public', shares: new Set<string>() };
        await world.catalog.setVisibility(acme!.organizationId, 'moving', 'private');
        for (const handle of ['bob', 'eve']) await takeBack('moving', handle);
        for (const change of steps) {
          if (typeof change === 'string') await world.catalog.setVisibility(acme!.organizationId, 'moving', (state.visibility = change));
          else if (change.on) await share('moving', (state.shares.add(change.with), change.with));
          else await takeBack('moving', (state.shares.delete(change.with), change.with));
        }
        for (const [handle, caller] of [['bob', bob], ['eve', eve]] as const) {
          const expected = state.visibility === 'public' || state.shares.has(handle) ? everything : state.visibility === 'unlisted' ? byName : nothing;
          expect(await reach(caller, 'moving', modelId)).toEqual(expected);
        }
      }),
      { numRuns: 8, seed: 7 },
    );
  }, 60_000);

  it('show which are shared with one, and to the receiver no version that is not ready', async () => {
    await world.publish(acme!, { name: 'draft', public: false, ready: false, channel: null });
    await share('draft');
    await world.publish(acme!, { name: 'given', public: false });
    await share('given');
    const { nodes } = await world.reader.models(bob, { first: 100 }, { shared: true, search: 'given draft' });
    const { nodes: all } = await world.reader.models(bob, { first: 100 }, { shared: true });
    expect(nodes).toEqual([]);
    expect(all.map(({ name, shared, own }) => [name, shared, own])).toContainEqual(['given', true, false]);
    expect(all.map(({ name }) => name)).not.toContain('draft');
    expect((await world.reader.models(eve, { first: 100 }, { shared: true })).nodes).toEqual([]);
  });

  it('do not show a stranger their files, and show the receiver those', async () => {
    await world.publish(acme!, { name: 'papers', public: false });
    const tools = { database: ctx.database(), handles: new OrganizationHandles(ctx.database()) };
    const wish = { owner: 'acme', name: 'papers', version: '1.0.0', path: 'README.md' };
    await ctx.database().pool.query(`UPDATE model_version SET files = '[{"path": "README.md", "sha256": "a", "size": 1}]', manifest = manifest || '{"card": "README.md"}' WHERE tenant_id = $1`, [acme!.organizationId]);
    await expect(findShownFile(tools, wish, bob)).rejects.toMatchObject({ code: 'CATALOG.FILE_NOT_FOUND' });
    await share('papers');
    await expect(findShownFile(tools, wish, bob)).resolves.toMatchObject({ path: 'README.md' });
    await expect(findShownFile(tools, wish, eve)).rejects.toMatchObject({ code: 'CATALOG.FILE_NOT_FOUND' });
  });

  it('are shared only by their owner, with another organization that is there', async () => {
    await world.publish(acme!, { name: 'own', public: false });
    await expect(share('own', 'nobody-there')).rejects.toMatchObject({ code: 'CATALOG.SHARE_INVALID' });
    await expect(share('own', 'acme')).rejects.toMatchObject({ code: 'CATALOG.SHARE_INVALID' });
    await expect(world.catalog.shareModel({ tenantId: eve!.organizationId, actorId: eve!.actorId, model: 'acme/own', handle: 'bob' })).rejects.toMatchObject({ code: 'CATALOG.MODEL_NOT_FOUND' });
  });

  it('are not public without a licence and an intended use, unless they were before', async () => {
    const tenantId = acme!.organizationId;
    await world.publish(acme!, { name: 'silent', public: false, manifest: { intendedUse: undefined, license: 'LicenseRef-not-stated' } });
    const refused = { code: 'CATALOG.NOT_FIT_FOR_PUBLIC', details: { missing: ['license', 'intendedUse'] } };
    await expect(world.catalog.setVisibility(tenantId, 'silent', 'public')).rejects.toMatchObject(refused);
    await world.catalog.setVisibility(tenantId, 'silent', 'unlisted');
    await ctx.database().pool.query(`UPDATE model SET visibility = 'public' WHERE tenant_id = $1 AND name = 'silent'`, [tenantId]);
    await expect(world.catalog.setVisibility(tenantId, 'silent', 'public')).resolves.toEqual(expect.any(String));
  });
});
