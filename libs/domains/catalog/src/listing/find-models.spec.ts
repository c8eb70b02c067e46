import 'reflect-metadata';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '@steelyard/kernel';
import { describeDatabase, everyTestServer } from '@steelyard/test-support';
import { CatalogWorld } from '../catalog.fixture.js';
import type { ListFilter } from '../graphql/catalog-reader.js';
import { MODEL_SORTS, type ModelSort } from './model-search.js';

type List = ListFilter & { sort?: ModelSort };

describeDatabase('the list of models', (context) => {
  let world: CatalogWorld;
  let acme: Caller;
  let bolt: Caller;

  beforeAll(async () => {
    world = new CatalogWorld(context.database());
    acme = await world.openOrganization('acme', 'Acme Vision Labs');
    bolt = await world.openOrganization('bolt');
    await world.publish(acme, { name: 'breast-cancer', amountNano: 3n, manifest: { tags: ['medical', 'tabular'], description: 'Malignant or benign' }, card: '# Card\n\nTrained on the **Wisconsin** data.' });
    await world.publish(acme, { name: 'digits', amountNano: 1n, manifest: { tags: ['vision'], license: 'MIT' }, card: 'Handwritten numbers, as in MNIST.' });
    await world.publish(bolt, { name: 'resnet50', amountNano: 2n, manifest: { tags: ['vision', 'large'], description: '图像分类' }, card: 'Tells cancer of the breast from digits.' });
    await world.publish(acme, { name: 'secret-digits', public: false });
    await world.publish(acme, { name: 'draft-digits', ready: false });
    await context.database().withPlatform(async (tx) => {
      await tx.modelListing.updateMany({ where: { name: 'digits' }, data: { calls: 10, faults: 1, p50Micros: 2_000, p95Micros: 3_000, sampled: 9 } });
      await tx.modelListing.updateMany({ where: { name: 'resnet50' }, data: { calls: 20, p50Micros: 1_000, p95Micros: 3_000, sampled: 20 } });
    });
  });

  async function names(list: List, caller?: Caller): Promise<string[]> {
    const { nodes } = await world.reader.models(caller, { first: 100 }, list);
    return nodes.map(({ name }) => name);
  }

  it.each([
    ['breast', ['breast-cancer', 'resnet50']],
    ['cancer breast', ['breast-cancer', 'resnet50']],
    ['breast-can', ['breast-cancer', 'resnet50']],
    ['breastcancer', ['breast-cancer']],
    ['BREAST Cän', ['breast-cancer', 'resnet50']],
    ['wiscon', ['breast-cancer']],
    ['acme dig', ['digits']],
    ['vision labs', ['digits', 'breast-cancer']],
    ['vision', ['digits', 'breast-cancer', 'resnet50']],
    ['resnet', ['resnet50']],
    ['resnet-50', ['resnet50']],
    ['图像', ['resnet50']],
    ['像', ['resnet50']],
    ['cancer wisconsin beni', ['breast-cancer']],
    ['canc wisconsin', []],
    ['cancer nothing', []],
    ['d', ['digits']],
    ['!!!', []],
  ])('finds by %j', async (search, expected) => {
    expect((await names({ search })).sort()).toEqual([...expected].sort());
  });

  it('puts the name before tags, and tags before the card', async () => {
    expect(await names({ search: 'breast' })).toEqual(['breast-cancer', 'resnet50']);
    expect(await names({ search: 'digits' })).toEqual(['digits', 'resnet50']);
  });

  it('shows nobody what is private or not ready, and its owner all of it', async () => {
    expect(await names({ search: 'digits' })).not.toContain('secret-digits');
    expect(await names({}, bolt)).not.toContain('secret-digits');
    expect((await names({ search: 'digits' }, acme)).sort()).toEqual(['digits', 'draft-digits', 'resnet50', 'secret-digits']);
    expect(await names({}, { ...acme, scopes: new Set(['predict']) })).not.toContain('secret-digits');
    expect((await names({ owner: 'acme' }, acme)).length).toBe(4);
    expect(await names({ owner: 'nobody-there' })).toEqual([]);
  });

  it.each<[ModelSort, string[]]>([
    ['RELEVANCE', ['resnet50', 'digits', 'breast-cancer']],
    ['NEWEST', ['resnet50', 'digits', 'breast-cancer']],
    ['CALLS', ['resnet50', 'digits', 'breast-cancer']],
    ['LATENCY', ['resnet50', 'digits', 'breast-cancer']],
    ['PRICE', ['digits', 'resnet50', 'breast-cancer']],
    ['NAME', ['breast-cancer', 'digits', 'resnet50']],
  ])('sorts by %s', async (sort, expected) => {
    expect(await names({ sort })).toEqual(expected);
  });

  it('combines filters', async () => {
    expect(await names({ tag: 'vision', license: 'MIT' })).toEqual(['digits']);
    expect(await names({ tag: 'vision', owner: 'bolt', search: 'cancer', task: 'custom' })).toEqual(['resnet50']);
    expect(await names({ tag: 'vision', task: 'text-generation' })).toEqual([]);
  });

  describe.each(MODEL_SORTS)('in pages by %s', (sort) => {
    it.each(['', 'digits', 'vision'])('gives each model once for %j', async (search) => {
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page: Awaited<ReturnType<CatalogWorld['reader']['models']>> = await world.reader.models(acme, { first: 1, after }, { sort, search });
        seen.push(...page.nodes.map(({ name }) => name));
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor! : undefined;
      } while (after !== undefined);
      expect(seen).toEqual(await names({ sort, search }, acme));
    });
  });

  it('refuses the cursor of another sort, and what is none', async () => {
    const { pageInfo } = await world.reader.models(undefined, { first: 1 }, { sort: 'NAME' });
    const cursors = [pageInfo.endCursor!, 'x', '!', Buffer.from('PRICE 1').toString('base64url'), Buffer.from(`PRICE ${acme.organizationId} 1; DROP`).toString('base64url'), Buffer.from(`PRICE ${acme.organizationId} `).toString('base64url')];
    for (const after of cursors) await expect(world.reader.models(undefined, { first: 1, after }, { sort: 'PRICE' })).rejects.toMatchObject({ code: 'CATALOG.CURSOR_INVALID' });
    await expect(world.reader.models(undefined, { first: 0 }, {})).rejects.toMatchObject({ code: 'GRAPHQL.PAGE_INVALID' });
  });

  it('takes any text as a search and as a filter', async () => {
    const hostile = ["'", "''; DROP TABLE model --", '\\', '&|!()<->:*', '\u0000', '\ud800', '\u202eabc', '%_', 'a'.repeat(100_000), '<script>', '"x" -y OR z', ':*', 'x:*A', '\u0301', 'a\u0000b', '𝕏'];
    for (const text of hostile) {
      for (const list of [{ search: text }, { task: text }, { tag: text }, { license: text }, { owner: text }]) {
        await expect(names(list)).resolves.toBeInstanceOf(Array);
        await expect(world.reader.facets(undefined, list)).resolves.toMatchObject({ tasks: expect.any(Array) });
      }
    }
  });

  it('counts what a search can be narrowed by, each filter aside from its own', async () => {
    expect(await world.reader.facets(undefined, {})).toEqual({
      total: 3,
      tasks: [{ value: 'custom', count: 3 }],
      tags: [{ value: 'vision', count: 2 }, { value: 'large', count: 1 }, { value: 'medical', count: 1 }, { value: 'tabular', count: 1 }],
      licenses: [{ value: 'Apache-2.0', count: 2 }, { value: 'MIT', count: 1 }],
    });
    expect(await world.reader.facets(undefined, { tag: 'vision', license: 'MIT' })).toEqual({
      total: 1,
      tasks: [{ value: 'custom', count: 1 }],
      tags: [{ value: 'vision', count: 1 }],
      licenses: [{ value: 'Apache-2.0', count: 1 }, { value: 'MIT', count: 1 }],
    });
    expect((await world.reader.facets(acme, { search: 'digits' })).total).toBe(4);
  });

  it('finds by what the owner is called now, once its models are listed anew', async () => {
    const owner = await world.openOrganization('corvid', 'Magpie');
    await world.publish(owner, { name: 'first' });
    await world.publish(owner, { name: 'second', public: false });
    await context.database().pool.query(`UPDATE organization SET name = 'Jackdaw' WHERE id = $1`, [owner.organizationId]);
    await world.catalog.relist(owner.organizationId);
    expect(await names({ search: 'magpie' }, owner)).toEqual([]);
    expect((await names({ search: 'jackdaw' }, owner)).sort()).toEqual(['first', 'second']);
    expect(await names({ search: 'jackdaw' })).toEqual(['first']);
  });
}, everyTestServer());
