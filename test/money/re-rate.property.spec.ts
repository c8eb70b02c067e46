import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Catalog, pricedAt } from '@steelyard/domain-catalog';
import { OrganizationHandles } from '@steelyard/domain-identity';
import { flushUsage, type DoneRecord } from '@steelyard/domain-metering';
import { newId, rateTerms, readTerms, UNIT_PARTS, type PlainTerms, type PriceUnit, type Quantities } from '@steelyard/kernel';
import { normaliseManifest } from '@steelyard/model-package';
import { priceOf, readPrice } from '@steelyard/model-package/price';
import { tasks } from '@steelyard/tasks';
import { describeDatabase } from '@steelyard/test-support';
import fc from 'fast-check';

const TASK = 'text-generation';
const { units } = tasks[TASK];

const component = fc.record({ unit: fc.constantFrom(...units), amountNano: fc.bigInt(1n, 10n ** 10n), per: fc.bigInt(1n, 10n ** 9n) });
const terms = fc.record({
  currency: fc.constantFrom('usd', 'jpy'),
  components: fc.uniqueArray(component, { minLength: 1, maxLength: 4, selector: ({ unit }) => unit }),
  free: fc.option(fc.record({ unit: fc.constant('request' as const), quantity: fc.bigInt(1n, 1_000n) }), { nil: undefined }),
});
const quantities: fc.Arbitrary<Quantities> = fc.record(Object.fromEntries(units.map((unit) => [unit, fc.bigInt(0n, 10_000n * UNIT_PARTS[unit])])));
/** What a version costs one after the other, and what a call used while it did. */
const history = fc.array(fc.record({ terms: fc.option(terms, { nil: undefined }), quantities }), { minLength: 1, maxLength: 4 });

interface Stored extends Omit<PlainTerms, 'currency'> {
  readonly currency: string;
  readonly price_currency: string;
  readonly unit: PriceUnit;
  readonly quantity: string;
  readonly amount_nano: string;
  readonly lines: readonly (readonly [unit: PriceUnit, quantity: string, amountNano: string])[] | null;
}

describeDatabase('usage', (context) => {
  let catalog: Catalog;
  let tenantId: string;

  beforeAll(async () => {
    catalog = new Catalog(context.database(), new OrganizationHandles(context.database()));
    await catalog.onApplicationBootstrap();
    tenantId = newId();
    await context.database().pool.query(`INSERT INTO organization (id, handle, name) VALUES ($1, 'acme', 'Acme')`, [tenantId]);
  });
  afterAll(() => catalog.onApplicationShutdown());

  it('comes to the same amount whenever it is rated again by its price, whatever the version costs by then', async () => {
    const rated = { events: 0 };
    await fc.assert(
      fc.asyncProperty(history, async (periods) => {
        const name = await publish();
        const records: DoneRecord[] = [];
        for (const period of periods) records.push(await useOnce(name, period));
        await flushUsage(context.database().pool, records);
        rated.events += await rateAgain(records);
      }),
      { numRuns: 12 },
    );
    expect(rated.events).toBeGreaterThan(12);
  });

  async function publish(): Promise<string> {
    const name = `model-${newId()}`.slice(0, 40);
    const { manifest } = normaliseManifest({ schema: 1, name, version: '1.0.0', license: 'MIT', intendedUse: 'For tests.', task: TASK, runtime: { name: 'echo', range: '*' } });
    const price = { currency: 'usd', components: [{ unit: 'request' as const, amountNano: 1n, per: 3n }] };
    const { versionId } = await catalog.draftVersion({ tenantId, manifest, digest: newId(), files: [], card: '', samples: [], price });
    await catalog.finishVersion({ tenantId, versionId }, { ready: true, measurements: { loadMs: 1, memoryBytes: 1, latencyMs: { p50: 1, p95: 1 }, runs: 1, device: 'cpu' } });
    return name;
  }

  /** Sets the price, and charges a call by what is in force. */
  async function useOnce(model: string, { terms: next, quantities: used }: { terms: Parameters<typeof priceOf>[0] | undefined; quantities: Quantities }): Promise<DoneRecord> {
    const price = next ? priceOf(next) : 'free';
    expect(readPrice(price, TASK)).toHaveProperty('terms');
    await catalog.setPrice({ tenantId, actorId: 'key1', model, price, serverCurrency: 'usd', noticeDays: 14, dryRun: false });
    const caller: Parameters<Catalog['resolve']>[1] = { organizationId: tenantId, organizationHandle: 'acme', actorId: 'key1', scopes: new Set(['predict']) };
    const version = pricedAt(await catalog.resolve(`acme/${model}@1.0.0`, caller), Date.now());
    const { amountNano, lines } = rateTerms(used, version.price);
    const { unit, quantity } = lines[0]!;
    return {
      eventId: newId(), consumerTenantId: tenantId, providerTenantId: tenantId, keyId: 'key1', modelId: version.modelId, versionId: version.versionId, priceId: version.price.id,
      status: 'succeeded', unit, quantity, amountNano, feeNano: 0n, currency: version.price.currency, lines: lines.length > 1 ? lines : undefined,
      queueMicros: 1, computeMicros: 1, totalMicros: 1, occurredAtMs: Date.now(),
    };
  }

  async function rateAgain(records: readonly DoneRecord[]): Promise<number> {
    const { rows } = await context.database().pool.query<Stored>(
      `SELECT e.unit, e.quantity, e.amount_nano, e.currency, e.lines, p.currency AS price_currency, p.components, p.free
         FROM usage_event e JOIN price p ON p.id = e.price_id WHERE e.id = ANY ($1::uuid[])`,
      [records.map(({ eventId }) => eventId)],
    );
    expect(rows).toHaveLength(records.length);
    for (const row of rows) {
      const stored = row.lines ?? [[row.unit, row.quantity, row.amount_nano] as const];
      const again = rateTerms(Object.fromEntries(stored.map(([unit, quantity]) => [unit, BigInt(quantity)])), readTerms({ ...row, currency: row.price_currency }));
      expect({ amount: again.amountNano, currency: row.price_currency }).toEqual({ amount: BigInt(row.amount_nano), currency: row.currency });
      expect(again.lines.map(({ unit, quantity, amountNano }) => [unit, quantity.toString(), amountNano.toString()])).toEqual(stored);
    }
    return rows.length;
  }
});
