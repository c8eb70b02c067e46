import 'reflect-metadata';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { OrganizationHandles } from '@steelyard/domain-identity';
import type { Caller } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { CatalogSignals } from '../catalog-signals.js';
import { CatalogWorld } from '../catalog.fixture.js';
import type { Channel } from '../graphql/catalog.graphql-types.js';
import { FollowChannels } from './follow-channels.js';

describeDatabase('following channels', (context) => {
  let world: CatalogWorld;
  let signals: CatalogSignals;
  let following: FollowChannels;
  let acme: Caller;
  let bolt: Caller;

  beforeAll(async () => {
    world = new CatalogWorld(context.database());
    signals = new CatalogSignals(context.database());
    await signals.onApplicationBootstrap();
    following = new FollowChannels(signals, world.reader, new OrganizationHandles(context.database()));
    acme = await world.openOrganization('acme');
    bolt = await world.openOrganization('bolt');
    for (const version of ['1.0.0', '2.0.0']) await world.publish(acme, { name: 'open', version, channel: version === '1.0.0' ? 'stable' : null });
    await world.publish(acme, { name: 'secret', public: false });
  });
  afterAll(() => signals.onApplicationShutdown());

  const move = () => ({ tenantId: acme.organizationId, actorId: acme.actorId, model: 'open', channel: 'stable' });

  it.each([['anybody', () => undefined], ['a stranger', () => bolt], ['the owner', () => acme]])('gives %s the channels now and after each change', async (_who, caller) => {
    const changes = await following.follow(caller(), 'acme/open');
    const next = async () => ((await changes.next()).value as Channel[]).map(({ name, version, canary }) => [name, version.version, canary?.percent]);
    expect(await next()).toEqual([['stable', '1.0.0', undefined]]);
    await world.catalog.startCanary({ ...move(), version: '2.0.0', percent: 10 });
    expect(await next()).toEqual([['stable', '1.0.0', 10]]);
    await world.catalog.stopCanary(move());
    expect(await next()).toEqual([['stable', '1.0.0', undefined]]);
    const waiting = changes.next();
    await changes.return!();
    expect((await waiting).done).toBe(true);
  });

  it('gives its owner a running canary again and again, for its figures', async () => {
    await world.catalog.startCanary({ ...move(), version: '2.0.0', percent: 10 });
    const changes = await following.follow(acme, 'acme/open');
    await changes.next();
    const beganAt = performance.now();
    expect((await changes.next()).done).toBe(false);
    expect(performance.now() - beganAt).toBeGreaterThan(4_500);
    await changes.return!();
    await world.catalog.stopCanary(move());
  });

  it('tells nobody of a model that they may not see, and ends when it is hidden', async () => {
    for (const caller of [undefined, bolt]) await expect(following.follow(caller, 'acme/secret')).rejects.toMatchObject({ code: 'CATALOG.MODEL_NOT_FOUND' });
    await expect(following.follow(acme, 'acme/none')).rejects.toMatchObject({ code: 'CATALOG.MODEL_NOT_FOUND' });
    const changes = await following.follow(bolt, 'acme/open');
    await changes.next();
    await world.catalog.setVisibility(acme.organizationId, 'open', 'private');
    expect((await changes.next()).done).toBe(true);
  });
});
