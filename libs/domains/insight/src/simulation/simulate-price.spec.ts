import 'reflect-metadata';
import { beforeAll, expect, it } from '@jest/globals';
import { Catalog, CatalogReader } from '@steelyard/domain-catalog';
import { ActorNames, OrganizationHandles, OrganizationNames } from '@steelyard/domain-identity';
import { flushUsage, ReplayUsage, type DoneRecord } from '@steelyard/domain-metering';
import { newId, type Caller, type Permission } from '@steelyard/kernel';
import { normaliseManifest } from '@steelyard/model-package';
import { describeDatabase } from '@steelyard/test-support';
import { differenceOf } from './price-replay.js';
import { CALLS_MAX, SimulatePrice, type SimulationWish } from './simulate-price.js';

const HOUR_MS = 3_600_000;
const perRequest = (amount: string, more = {}) => ({ unit: 'request', amount, currency: 'usd', ...more });

/** Counts more calls than are looked at one by one. */
class VeryMany extends ReplayUsage {
  override count(): Promise<number> {
    return Promise.resolve(CALLS_MAX + 1);
  }

  override calls(): never {
    throw new TypeError('calls were looked at');
  }
}

describeDatabase('simulating a price', (context) => {
  const database = () => context.database();
  const [acme, buyer, other] = ['acme', 'buyer', 'other'].map((handle): Caller => ({ organizationId: newId(), organizationHandle: handle, actorId: 'key1', scopes: new Set<Permission>(['models:read']) })) as [Caller, Caller, Caller];
  const startMs = Date.parse('2026-11-10T00:00:00Z');
  const period = { from: new Date(startMs), to: new Date(startMs + 24 * HOUR_MS) };
  let simulation: SimulatePrice;
  let version: Awaited<ReturnType<typeof publish>>;
  let catalog: Catalog;
  let reader: CatalogReader;

  async function publish(model: string, amountNano: bigint, visibility: 'public' | 'private' = 'public') {
    const task = { task: 'text-generation', input: { type: 'object', required: ['prompt'], properties: { prompt: { type: 'string' }, maxTokens: { type: 'integer' } } }, output: { type: 'object', properties: { text: { type: 'string' } } } };
    const { manifest } = normaliseManifest({ schema: 1, name: model, version: '1.0.0', license: 'MIT', intendedUse: 'For tests.', runtime: { name: 'echo', range: '*' }, ...task });
    const tenantId = acme.organizationId;
    const price = { currency: 'usd', components: [{ unit: 'request' as const, amountNano, per: 1n }] };
    const drafted = await catalog.draftVersion({ tenantId, manifest, digest: newId(), files: [], card: '', samples: [], price });
    await catalog.finishVersion({ tenantId, versionId: drafted.versionId }, { ready: true, measurements: { loadMs: 1, memoryBytes: 1, latencyMs: { p50: 1, p95: 1 }, runs: 1, device: 'cpu' } });
    await catalog.releaseVersion({ tenantId, actorId: 'key1', model, version: '1.0.0', channel: 'stable' });
    await catalog.setVisibility(tenantId, model, visibility);
    return drafted;
  }

  const call = (hour: number, given: Partial<DoneRecord> = {}): DoneRecord => ({
    eventId: newId(startMs + hour * HOUR_MS), consumerTenantId: buyer.organizationId, providerTenantId: acme.organizationId, keyId: 'key1', ...version, priceId: newId(),
    status: 'succeeded', unit: 'request', quantity: 1n, amountNano: 1_000n, feeNano: 150n, currency: 'usd', queueMicros: 1, computeMicros: 1_500_000, totalMicros: 3, occurredAtMs: startMs, ...given,
  });

  beforeAll(async () => {
    for (const { organizationId: id, organizationHandle: handle } of [acme, buyer, other]) await database().withPlatform((tx) => tx.organization.create({ data: { id, handle, name: handle } }));
    const handles = new OrganizationHandles(database());
    catalog = new Catalog(database(), handles);
    reader = new CatalogReader(database(), handles, new OrganizationNames(database()), new ActorNames(database()));
    simulation = new SimulatePrice(catalog, reader, new ReplayUsage(database()), { paymentCurrency: 'usd' });
    version = await publish('story', 1_000n);
    await publish('rival', 400n);
    await publish('hidden', 1n, 'private');
    await flushUsage(database().pool, [call(-200), call(1), call(2), call(3, { consumerTenantId: other.organizationId }), call(4, { status: 'failed', quantity: 0n, amountNano: 0n, feeNano: 0n }), call(25), call(5, { modelId: newId(), versionId: newId() })]);
  });

  const run = (caller: Caller, wish: Partial<SimulationWish>) => simulation.run(caller, { side: 'provider', model: 'acme/story', ...period, ...wish });
  const brief = async (caller: Caller, wish: Partial<SimulationWish>) => {
    const { calls, paid, wouldPayNano, freeCalls, callByCall, ...rest } = await run(caller, wish);
    return { calls, paid: paid.get('usd'), wouldPayNano, freeCalls, callByCall, difference: differenceOf({ calls, paid, wouldPayNano }, rest.terms.currency), unknown: rest.unknown.calls };
  };

  it('rates a provider’s calls of the period by other terms, and a consumer’s own', async () => {
    const exact = { freeCalls: 0, callByCall: true, unknown: 0 };
    expect(await brief(acme, { price: perRequest('0.000002') })).toEqual({ ...exact, calls: 3, paid: 3_000n, wouldPayNano: 6_000n, difference: 3_000n });
    expect(await brief(buyer, { side: 'consumer', price: { currency: 'usd', components: [{ unit: 'compute_second', amount: '0.000001' }] } })).toMatchObject({ calls: 2, paid: 2_000n, wouldPayNano: 3_000n });
    expect(await brief(buyer, { side: 'consumer', model: undefined, price: 'free' })).toMatchObject({ calls: 3, paid: 3_000n, wouldPayNano: 0n });
    expect(await brief(acme, { model: 'acme/story@1.0.0', price: 'free' })).toMatchObject({ calls: 3 });
  });

  it('takes the price that another model has now', async () => {
    expect(await brief(buyer, { side: 'consumer', like: 'acme/rival' })).toMatchObject({ calls: 2, wouldPayNano: 800n, difference: -1_200n });
    await expect(run(buyer, { side: 'consumer', like: 'acme/hidden' })).rejects.toMatchObject({ code: 'CATALOG.MODEL_NOT_FOUND' });
  });

  it('gives each consumer its free units, less what it took before in the month', async () => {
    expect(await brief(acme, { price: perRequest('0.000002', { free: { unit: 'request', quantity: 2 } }) })).toMatchObject({ freeCalls: 2, wouldPayNano: 2_000n });
  });

  it('says what its calls have not counted', async () => {
    expect(await brief(acme, { price: perRequest('1', { unit: 'output_token' }) })).toMatchObject({ calls: 0, wouldPayNano: 0n, unknown: 3 });
  });

  it('takes daily sums of very many calls, which come to the same but for what they have not counted', async () => {
    const many = new SimulatePrice(catalog, reader, new VeryMany(database()), { paymentCurrency: 'usd' });
    const outcome = await many.run(acme, { side: 'provider', model: 'acme/story', ...period, price: perRequest('0.000002', { free: { unit: 'request', quantity: 2 } }) });
    expect(outcome).toMatchObject({ callByCall: false, calls: 3, wouldPayNano: 2_000n, freeCalls: 2 });
    expect((await many.run(acme, { side: 'provider', model: 'acme/story', ...period, price: perRequest('1', { unit: 'compute_second' }) })).unknown.calls).toBe(3);
  });

  it.each<[string, Caller, Partial<SimulationWish>, string]>([
    ['no terms', acme, {}, 'INSIGHT.TERMS_MISSING'],
    ['two terms', acme, { price: 'free', like: 'acme/rival' }, 'INSIGHT.TERMS_MISSING'],
    ['a provider’s every model', acme, { price: 'free', model: undefined }, 'INSIGHT.MODEL_MISSING'],
    ['another’s model as its provider', buyer, { price: 'free' }, 'CATALOG.MODEL_NOT_FOUND'],
    ['another’s private model', buyer, { side: 'consumer', model: 'acme/hidden', price: 'free' }, 'CATALOG.MODEL_NOT_FOUND'],
    ['a version that is not there', acme, { model: 'acme/story@9.9.9', price: 'free' }, 'CATALOG.VERSION_NOT_FOUND'],
    ['a unit that the task has not', acme, { price: perRequest('1', { unit: 'image' }) }, 'CATALOG.PRICE_INVALID'],
    ['a period that ends before it begins', acme, { price: 'free', from: period.to, to: period.from }, 'METERING.PERIOD_INVALID'],
    ['more than a year', acme, { price: 'free', from: new Date(startMs - 400 * 24 * HOUR_MS) }, 'METERING.PERIOD_TOO_LONG'],
  ])('refuses %s', async (_what, caller, wish, code) => {
    await expect(run(caller, wish)).rejects.toMatchObject({ code });
  });

  it('stops when nobody waits any more', async () => {
    await expect(run(acme, { price: 'free', signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone');
  });
});
