import { beforeAll, expect, it } from '@jest/globals';
import { OrganizationHandles } from '@steelyard/domain-identity';
import { newId, type Caller, type SignedInPerson } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { CatalogWorld } from '../catalog.fixture.js';
import { Moderation } from './moderation.js';
import { AbuseKind, ReportState } from './moderation.graphql-types.js';

describeDatabase('moderation', (ctx) => {
  let world: CatalogWorld;
  let moderation: Moderation;
  let [acme, bob, operator]: Caller[] = [];

  beforeAll(async () => {
    world = new CatalogWorld(ctx.database());
    moderation = new Moderation(ctx.database(), world.catalog, world.reader, new OrganizationHandles(ctx.database()));
    [acme, bob, operator] = [await world.openOrganization('acme'), await world.openOrganization('bob'), await world.openOrganization('steward')];
    for (const name of ['bad', 'good', 'many']) await world.publish(acme, { name });
  });

  const somebody = (): SignedInPerson => ({ id: newId(), email: 'ada@example.org', name: 'Ada', sessionId: newId() });
  const report = (person: SignedInPerson, ref: string, text = 'It copies my photos.') => moderation.report(person, bob, { ref, kind: AbuseKind.RIGHTS, text });
  const isSeen = async (caller: Caller | undefined, name: string) =>
    [await world.reader.model(caller, `acme/${name}`).then((model) => model !== undefined), (await world.reader.models(caller, { first: 100 }, {})).nodes.some((node) => node.name === name)];

  it('takes a model down at once, for everybody, with the reason; its owner alone still reads it, and may appeal once', async () => {
    const id = await report(somebody(), 'acme/bad');
    await world.catalog.resolve('acme/bad', bob);
    const ruling = { ref: 'acme/bad', reason: 'copies photos without leave' };
    expect(await moderation.takeDown(operator!, ruling)).toMatchObject({ ref: 'acme/bad', reason: ruling.reason, decision: null });
    await expect(moderation.takeDown(operator!, ruling)).rejects.toMatchObject({ code: 'CATALOG.TAKEN_DOWN_ALREADY' });

    for (const caller of [acme, bob, undefined]) {
      for (const ref of ['acme/bad', 'acme/bad@1.0.0', 'acme/bad:stable']) {
        await expect(world.catalog.resolve(ref, caller)).rejects.toMatchObject({ code: 'CATALOG.MODEL_TAKEN_DOWN', message: expect.stringContaining(ruling.reason) });
      }
      expect((await world.catalog.stableVersions(caller)).map(({ name }) => name)).not.toContain('bad');
    }
    expect([await isSeen(acme, 'bad'), await isSeen(bob, 'bad'), await isSeen(undefined, 'bad')]).toEqual([[true, true], [false, false], [false, false]]);
    const { nodes } = await moderation.reports({ first: 10 }, ReportState.TAKEN_DOWN);
    expect(nodes).toEqual([expect.objectContaining({ id, ref: 'acme/bad', resolution: ruling.reason })]);

    const appeal = { model: 'bad', note: 'The photos are ours.' };
    await expect(moderation.appeal(bob!, appeal)).rejects.toMatchObject({ code: 'CATALOG.MODEL_NOT_FOUND' });
    await moderation.appeal(acme!, appeal);
    await expect(moderation.appeal(acme!, appeal)).rejects.toMatchObject({ code: 'CATALOG.APPEALED_ALREADY' });
    expect(await moderation.takedowns()).toEqual([expect.objectContaining({ ref: 'acme/bad', appeal: appeal.note })]);
    await moderation.decide(operator!, 'kept', { ref: 'acme/bad', reason: 'no proof was shown' });
    await expect(world.catalog.resolve('acme/bad', acme)).rejects.toMatchObject({ code: 'CATALOG.MODEL_TAKEN_DOWN' });
    await moderation.decide(operator!, 'restored', { ref: 'acme/bad', reason: 'the proof has come' });

    await expect(world.catalog.resolve('acme/bad', bob)).resolves.toMatchObject({ name: 'bad' });
    expect([await isSeen(bob, 'bad'), await isSeen(undefined, 'bad')]).toEqual([[true, true], [true, true]]);
    expect(await moderation.takedowns()).toEqual([]);
    await expect(moderation.decide(operator!, 'kept', { ref: 'acme/bad', reason: 'x' })).rejects.toMatchObject({ code: 'CATALOG.NOT_TAKEN_DOWN' });
    await expect(moderation.appeal(acme!, appeal)).rejects.toMatchObject({ code: 'CATALOG.NOT_TAKEN_DOWN' });
  });

  it('lets no provider put its model back, whatever it writes', async () => {
    await moderation.takeDown(operator!, { ref: 'acme/many', reason: 'x' });
    const write = ctx.database().withTenant(acme!.organizationId, (tx) => tx.model.updateMany({ where: { tenantId: acme!.organizationId }, data: { takenDownAt: null } }));
    await expect(write).rejects.toThrow(/permission denied/);
    const reword = ctx.database().withTenant(acme!.organizationId, (tx) => tx.modelTakedown.updateMany({ where: { tenantId: acme!.organizationId }, data: { decision: 'restored' } }));
    await expect(reword).rejects.toThrow(/permission denied/);
    await world.catalog.setVisibility(acme!.organizationId, 'many', 'public');
    await expect(world.catalog.resolve('acme/many', acme)).rejects.toMatchObject({ code: 'CATALOG.MODEL_TAKEN_DOWN' });
    expect(await isSeen(bob, 'many')).toEqual([false, false]);
  });

  it('keeps one open report of a person and model, and ten a day', async () => {
    const person = somebody();
    const first = await report(person, 'acme/good', 'one');
    expect(await report(person, 'acme/good', 'two')).toBe(first);
    expect((await moderation.reports({ first: 1 }, ReportState.OPEN)).nodes[0]).toMatchObject({ id: first, text: 'two', state: 'open' });
    await moderation.dismiss(first, 'nothing is wrong with it');
    await expect(moderation.dismiss(first, 'again')).rejects.toMatchObject({ code: 'CATALOG.REPORT_NOT_FOUND' });
    const names = Array.from({ length: 12 }, (_, index) => `r${index}`);
    for (const name of names) await world.publish(acme!, { name });
    const sent = await Promise.allSettled(names.map((name) => report(person, `acme/${name}`)));
    expect(sent.filter(({ status }) => status === 'fulfilled')).toHaveLength(9);
    expect(sent.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'CATALOG.REPORTS_LIMITED' } });
  });

  it('lists reports page by page', async () => {
    const sent = [];
    for (let n = 0; n < 5; n += 1) sent.unshift(await report(somebody(), 'acme/good', `report ${n}`));
    const pages = [await moderation.reports({ first: 2 }, ReportState.OPEN)];
    for (let n = 1; n < 3; n += 1) pages.push(await moderation.reports({ first: 2, after: pages.at(-1)!.pageInfo.endCursor! }, ReportState.OPEN));
    expect(pages.flatMap(({ nodes }) => nodes.map(({ id }) => id)).slice(0, 5)).toEqual(sent);
    await expect(moderation.reports({ first: 2, after: 'x' }, undefined)).rejects.toMatchObject({ code: 'GRAPHQL.PAGE_INVALID' });
  });

  it('takes no report of what one cannot see, and none that says nothing', async () => {
    await world.publish(acme!, { name: 'hidden', public: false });
    await expect(report(somebody(), 'acme/hidden')).rejects.toMatchObject({ code: 'CATALOG.MODEL_NOT_FOUND' });
    for (const text of ['', ' \n ', 'a\0b', 'x'.repeat(2_001)]) await expect(report(somebody(), 'acme/good', text)).rejects.toMatchObject({ code: 'CATALOG.NOTE_INVALID' });
    await expect(moderation.takeDown(operator!, { ref: 'acme/good', reason: '  ' })).rejects.toMatchObject({ code: 'CATALOG.REASON_INVALID' });
    await expect(moderation.takeDown(operator!, { ref: 'acme/nothing', reason: 'x' })).rejects.toMatchObject({ code: 'CATALOG.MODEL_NOT_FOUND' });
  });
});
