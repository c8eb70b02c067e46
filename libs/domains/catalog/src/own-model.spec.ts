import 'reflect-metadata';
import { beforeAll, expect, it } from '@jest/globals';
import type { Caller } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { CatalogWorld } from './catalog.fixture.js';

describeDatabase('a model that its owner changes', (context) => {
  let world: CatalogWorld;
  let [acme, beta]: Caller[] = [];

  beforeAll(async () => {
    world = new CatalogWorld(context.database());
    [acme, beta] = [await world.openOrganization('acme'), await world.openOrganization('beta')];
    for (const owner of [acme, beta]) await world.publish(owner, { name: 'digits' });
  });

  it('is named with its owner or without, and is no namesake of another owner’s', async () => {
    const { organizationId: tenantId, actorId } = beta!;
    const changes: readonly ((model: string) => Promise<unknown>)[] = [
      (model) => world.catalog.setVisibility(tenantId, model, 'unlisted'),
      (model) => world.catalog.setPrice({ tenantId, actorId, model, price: 'free', serverCurrency: 'usd', noticeDays: 0, dryRun: false }),
      (model) => world.catalog.releaseVersion({ tenantId, actorId, model, version: '1.0.0', channel: 'next' }),
      (model) => world.catalog.shareModel({ tenantId, actorId, model, handle: 'acme' }),
      (model) => world.catalog.deprecateVersion({ tenantId, model, version: '1.0.0', sunsetAt: new Date(Date.now() + 1_000_000) }),
    ];
    for (const change of changes) {
      for (const model of ['acme/digits', 'nobody/digits', '/digits', 'beta/beta/digits']) await expect(change(model)).rejects.toMatchObject({ code: 'CATALOG.MODEL_NOT_FOUND', details: { ref: model } });
    }
    expect((await world.catalog.resolve('beta/digits', undefined)).deprecation).toBeUndefined();
    expect(await world.reader.model(undefined, 'beta/digits')).toMatchObject({ visibility: 'public' });
    for (const change of changes) for (const model of ['digits', 'beta/digits']) await change(model);
  });
});
