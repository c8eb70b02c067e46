import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { newId, type Caller } from '@steelyard/kernel';
import type { PriceSpec } from '@steelyard/model-package/price';
import { describeDatabase } from '@steelyard/test-support';
import { CatalogWorld } from '../catalog.fixture.js';
import { pricedAt } from './price-at.js';
import type { PriceWish } from './set-price.js';

const DAY_MS = 86_400_000;

describeDatabase('prices', (context) => {
  let world: CatalogWorld;
  let acme: Caller;
  let model: string;
  let models = 0;

  beforeAll(async () => {
    world = new CatalogWorld(context.database());
    await world.catalog.onApplicationBootstrap();
    acme = await world.openOrganization('acme');
  });
  afterAll(() => world.catalog.onApplicationShutdown());

  beforeEach(async () => {
    model = `model-${(models += 1)}`;
    await world.publish(acme, { name: model });
  });

  const cost = (amount: string): PriceSpec => ({ unit: 'request', amount, currency: 'usd' });
  const set = (price: PriceSpec, more: Partial<PriceWish> = {}) =>
    world.catalog.setPrice({ tenantId: acme.organizationId, actorId: acme.actorId, model, price, serverCurrency: 'usd', noticeDays: 14, dryRun: false, ...more });
  const resolve = (suffix = '') => world.catalog.resolve(`acme/${model}${suffix}`, acme);
  const amountAt = async (nowMs = Date.now(), suffix = '') => pricedAt(await resolve(suffix), nowMs).price.components[0]!.amountNano;
  const timeline = async ({ modelId, changes }: Awaited<ReturnType<typeof set>>) => {
    const { announced, history } = await (await world.reader.ownVersion(acme, { modelId, versionId: changes[0]!.versionId })).readPrices();
    const brief = (prices: typeof announced) => prices.map(({ components, reason }) => `${components.map(({ amount }) => amount).join('+')} ${reason ?? ''}`.trim());
    return { announced: brief(announced), history: brief(history) };
  };
  const refused = (code: string, details?: object) => expect.objectContaining({ code: `CATALOG.${code}`, ...(details && { details: expect.objectContaining(details) }) });

  it('that are lower count at once', async () => {
    expect(await amountAt()).toBe(1_000_000n);
    const set1 = await set(cost('0.0005'), { reason: 'a faster machine' });
    expect(set1.changes).toMatchObject([{ atOnce: true, changed: true, withdrawn: [] }]);
    expect(await amountAt()).toBe(500_000n);
    expect(await timeline(set1)).toEqual({ announced: [], history: ['0.0005 a faster machine', '0.001'] });
  });

  it('that are higher are announced, and refused where they come too soon', async () => {
    const announced = await set(cost('0.002'));
    const { effectiveAt } = announced.changes[0]!;
    expect(effectiveAt.getTime()).toBeGreaterThanOrEqual(Date.now() + 14 * DAY_MS - 10_000);
    expect(effectiveAt.getTime()).toBeLessThanOrEqual(Date.now() + 14 * DAY_MS + 3_600_000);
    expect(announced.changes).toMatchObject([{ atOnce: false, changed: true }]);
    expect(await amountAt()).toBe(1_000_000n);
    expect(await amountAt(effectiveAt.getTime() - 1)).toBe(1_000_000n);
    expect(await amountAt(effectiveAt.getTime())).toBe(2_000_000n);
    expect(await timeline(announced)).toEqual({ announced: ['0.002'], history: ['0.001'] });
    const tooSoon = set(cost('0.003'), { effectiveAt: new Date(Date.now() + 13 * DAY_MS) });
    await expect(tooSoon).rejects.toEqual(refused('PRICE_NOTICE_TOO_SHORT', { noticeDays: 14 }));
    const { details } = (await tooSoon.catch((error: unknown) => error)) as { details: { earliestAt: string } };
    expect((await set(cost('0.003'), { effectiveAt: new Date(details.earliestAt) })).changes[0]!.effectiveAt.toISOString()).toBe(details.earliestAt);
  });

  it('of a model that nobody else may use, or without a notice, count at once', async () => {
    expect((await set(cost('0.002'), { noticeDays: 0 })).changes[0]!.atOnce).toBe(true);
    await world.catalog.setVisibility(acme.organizationId, model, 'private');
    expect((await set({ currency: 'eur', components: [{ unit: 'compute_second', amount: '2' }] })).changes[0]!.atOnce).toBe(true);
    expect((await resolve()).price).toMatchObject({ currency: 'eur', components: [{ unit: 'compute_second', amountNano: 2_000_000_000n, per: 1n }] });
  });

  it('count by the clock, of versions that were read before too', async () => {
    await resolve();
    const effectiveAt = new Date(Date.now() + 2_000);
    await set(cost('0.002'), { noticeDays: 0, effectiveAt });
    const kept = await resolve();
    expect(kept.price.components[0]!.amountNano).toBe(1_000_000n);
    await new Promise((later) => setTimeout(later, effectiveAt.getTime() - Date.now() + 50));
    expect(pricedAt(kept, Date.now()).price.components[0]!.amountNano).toBe(2_000_000n);
    expect(await amountAt()).toBe(2_000_000n);
  });

  it('that were announced are taken back by the present one, and replaced by another of the same moment', async () => {
    const { changes } = await set(cost('0.002'));
    const { effectiveAt } = changes[0]!;
    const replaced = await set(cost('0.0015'), { effectiveAt });
    expect(replaced.changes[0]!.withdrawn).toHaveLength(1);
    expect(await amountAt(effectiveAt.getTime())).toBe(1_500_000n);
    const withdrawn = await set(cost('0.001'), { reason: 'we can do without' });
    expect(withdrawn.changes).toMatchObject([{ atOnce: true, changed: true, withdrawn: [{ effectiveAtMs: effectiveAt.getTime() }] }]);
    expect(await amountAt(effectiveAt.getTime())).toBe(1_000_000n);
    expect(await timeline(withdrawn)).toEqual({ announced: [], history: ['0.001'] });
    expect((await set(cost('0.001'))).changes).toMatchObject([{ changed: false, withdrawn: [] }]);
  });

  it('count by the order in which they were set, whatever the clock of another server says', async () => {
    const { changes } = await set(cost('0.002'));
    const { versionId, effectiveAt } = changes[0]!;
    const components = [{ unit: 'request', amountNano: '1500000', per: '1' }];
    await context.database().withTenant(acme.organizationId, (tx) =>
      tx.price.create({ data: { tenantId: acme.organizationId, id: newId(Date.now() + 60_000), versionId, effectiveAt, currency: 'usd', components } }),
    );
    await set(cost('0.0012'), { effectiveAt });
    expect(await amountAt(effectiveAt.getTime())).toBe(1_200_000n);
  });

  it('are those of every ready version, or of one', async () => {
    await world.publish(acme, { name: model, version: '2.0.0', channel: null });
    await world.publish(acme, { name: model, version: '3.0.0', channel: null, ready: false });
    expect((await set(cost('0.0004'), { version: '2.0.0' })).changes).toHaveLength(1);
    expect(await amountAt()).toBe(1_000_000n);
    expect((await set(cost('0.0005'))).changes).toMatchObject([{ atOnce: false }, { atOnce: true }]);
    expect([await amountAt(), await amountAt(Date.now(), '@2.0.0')]).toEqual([500_000n, 400_000n]);
    await expect(set(cost('0.0005'), { version: '3.0.0' })).rejects.toEqual(refused('VERSION_NOT_FOUND'));
  });

  it('are what models are sorted by, as soon as they count', async () => {
    const owner = await world.openOrganization(`sorted-${models}`);
    for (const [name, amountNano] of [['dear', 3n], ['cheap', 1n], ['middle', 2n]] as const) await world.publish(owner, { name, amountNano });
    const sorted = async () => (await world.reader.models(undefined, { first: 10 }, { sort: 'PRICE', owner: owner.organizationHandle })).nodes.map(({ name }) => name);
    expect(await sorted()).toEqual(['cheap', 'middle', 'dear']);
    const of = { tenantId: owner.organizationId, actorId: owner.actorId, noticeDays: 0 };
    await set('free', { ...of, model: 'middle' });
    await set(cost('1'), { ...of, model: 'cheap', effectiveAt: new Date(Date.now() + 300) });
    expect(await sorted()).toEqual(['middle', 'cheap', 'dear']);
    await new Promise((later) => setTimeout(later, 350));
    expect(await sorted()).toEqual(['middle', 'dear', 'cheap']);
  });

  it('are only tried out by a dry run', async () => {
    expect((await set(cost('0.0001'), { dryRun: true })).changes).toMatchObject([{ atOnce: true, changed: true }]);
    expect(await amountAt()).toBe(1_000_000n);
  });

  it('are refused where they make no sense', async () => {
    await expect(set(cost('0'))).rejects.toEqual(refused('PRICE_INVALID', { problems: [expect.objectContaining({ path: 'amount' })] }));
    await expect(set({ unit: 'image', amount: '1', currency: 'usd' })).rejects.toThrow('cannot be counted of a call of the task custom');
    await expect(set(cost('0.001'), { effectiveAt: new Date(Date.now() - 1_000) })).rejects.toEqual(refused('PRICE_TIME_INVALID'));
    await expect(set(cost('0.001'), { effectiveAt: new Date(Date.now() + 800 * DAY_MS) })).rejects.toEqual(refused('PRICE_TIME_INVALID'));
    await expect(set(cost('0.001'), { reason: 'a\nb' })).rejects.toEqual(refused('REASON_INVALID'));
    await expect(set(cost('0.001'), { model: 'elsewhere' })).rejects.toEqual(refused('MODEL_NOT_FOUND'));
    const globex = await world.openOrganization(`globex-${models}`);
    await expect(set(cost('0.001'), { tenantId: globex.organizationId })).rejects.toEqual(refused('MODEL_NOT_FOUND'));
  });

  it('are announced twenty at a time at most', async () => {
    const announce = (number: number) => set(cost(`0.00${10 + number}`), { effectiveAt: new Date(Date.now() + (20 + number) * DAY_MS) });
    for (let number = 1; number <= 20; number += 1) await announce(number);
    await expect(announce(21)).rejects.toEqual(refused('PRICES_ANNOUNCED'));
  });

  it('never change in the database', async () => {
    const { rows } = await context.database().pool.query<{ id: string }>('SELECT id FROM price LIMIT 1');
    await expect(context.database().pool.query(`UPDATE price SET currency = 'eur' WHERE id = $1`, [rows[0]!.id])).rejects.toThrow('permission denied');
  });
});
