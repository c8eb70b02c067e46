import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DOCUMENT_FORMAT, sealDocument, type InvoiceResult, type StatementResult } from '@steelyard/invoice';
import { canonicalJson, newId } from '@steelyard/kernel';
import { describeDatabase, RunningPlatform, writeEchoPackage } from '@steelyard/test-support';
import { month } from './past-calls.js';

/** More than a GraphQL `Int` and an `integer` of PostgreSQL hold, each of them. */
const [CALLS, FAILED, FREE] = [6_000_000_000, 3_000_000_000, 2_500_000_000];
/** Of the live figures, whose rounds must not be under way while the spec writes some. */
const FIGURES_LOCK = 72_707_382;

const USAGE = `query ($side: UsageSide!, $from: DateTime!) {
  usageSummary(side: $side) { calls failed amountNano }
  usageSeries(side: $side, from: $from, interval: PERIOD, groupBy: MODEL) { groupName calls failed amountNano }
  usageUnits(side: $side, from: $from) { unit quantity }
}`;
const SIMULATION = `query ($input: SimulatePriceInput!) { simulatePrice(input: $input) { calls wouldPayNano isCallByCall days { calls } } }`;
const DOCUMENTS = `query ($of: Int!) {
  invoices(first: $of) { nodes { lines { calls failed free quantity } } }
  statements(first: $of) { nodes { lines { calls failed free corrected } } }
}`;

interface Sold {
  readonly consumer: string;
  readonly provider: string;
  readonly model: string;
  readonly version: string;
  readonly price: string;
}

describeDatabase('more calls than an Int holds', (context) => {
  const { at, period } = month(-1);
  const from = new Date(at - 86_400_000).toISOString();
  let platform: RunningPlatform;
  let provider: string;
  let consumer: string;
  let sold: Sold;

  const sql = (text: string, values: readonly unknown[]) => context.database().pool.query<Record<string, string>>(text, [...values]);

  beforeAll(async () => {
    // No month is closed by itself meanwhile: the sums have no calls that it could be invoiced by.
    platform = await RunningPlatform.start({ databaseUrl: context.url(), env: { STEELYARD_CLOSE_AFTER_HOURS: '744' } });
    provider = await platform.openOrganization('maker');
    await platform.publish(provider, await writeEchoPackage({ amount: '0.000000002' }), '--public');
    consumer = await platform.openOrganization('acme');
    const { rows } = await sql(
      `SELECT o.id AS consumer, p.tenant_id AS provider, v.model_id AS model, v.id AS version, p.id AS price
         FROM price AS p JOIN model_version AS v ON v.id = p.version_id, organization AS o WHERE o.handle = $1`,
      ['acme'],
    );
    sold = rows[0] as unknown as Sold;
    await writeHours();
    await writeDocument('invoice', sold.consumer);
    await writeDocument('statement', sold.provider);
  }, 90_000);

  afterAll(() => platform.stop());

  /** Two hours of half of the calls each, as flushes would have added them up. */
  async function writeHours(): Promise<void> {
    await sql(
      `INSERT INTO usage_hour (consumer_tenant_id, provider_tenant_id, hour, key_id, model_id, version_id, price_id, tag, period, unit, currency, calls, failed, free, quantity, amount_nano, fee_nano)
       SELECT $1, $2, date_trunc('hour', $6::timestamptz, 'UTC') + n * INTERVAL '1 hour', 'key', $3, $4, $5, '', $7, 'request', 'usd', $8, $9, 0, $8::bigint - $9::bigint, 2 * ($8::bigint - $9::bigint), 0
         FROM generate_series(0, 1) AS n`,
      [sold.consumer, sold.provider, sold.model, sold.version, sold.price, new Date(at).toISOString(), period, CALLS / 2, FAILED / 2],
    );
  }

  /** A document as it would have been issued, had there been a row for each call. */
  async function writeDocument(kind: 'invoice' | 'statement', organizationId: string): Promise<void> {
    const id = newId();
    const sums = { grossNano: '0', feeNano: '0', correctedNano: '0', correctedFeeNano: '0', netNano: '0' };
    const counts = { modelId: sold.model, calls: CALLS, failed: FAILED, free: FREE };
    const invoiced = { ...counts, versionId: sold.version, priceId: sold.price, unit: 'request', quantity: String(CALLS - FAILED), amountNano: '0', amountCents: '0' };
    const result: InvoiceResult | StatementResult = kind === 'invoice'
      ? { rows: CALLS, lines: [invoiced], amountNano: '0', amountCents: '0', residueNano: '0', taxCents: '0', totalCents: '0', chainHash: '' }
      : { ...sums, rows: CALLS, lines: [{ ...counts, ...sums, corrected: FREE }], chainHash: '' };
    const issuedAt = new Date(at).toISOString();
    const facts = { number: `X-${kind}`, place: 1, issuedAt, previousHash: null, organization: { handle: 'x', name: 'X' }, names: {}, tax: { basisPoints: 0, label: '', id: '' }, reason: null, invoice: null };
    const document = sealDocument({ format: DOCUMENT_FORMAT, kind, id, organizationId, period, currency: 'usd' }, facts, result);
    await sql(
      `INSERT INTO billing_document (tenant_id, id, kind, number, place, period, currency, amount_nano, total_cents, hash, document, issued_at) VALUES ($1, $2, $3, $4, 1, $5, 'usd', 0, $6, $7, $8, $9)`,
      [organizationId, id, kind, facts.number, period, kind === 'invoice' ? 0 : null, document.hash, canonicalJson(document), issuedAt],
    );
  }

  it.each([['CONSUMER', () => consumer], ['PROVIDER', () => provider]])('are summed up for the %s', async (side, key) => {
    // Twice: the second time by the compiled query.
    for (const _time of [1, 2]) {
      expect(await platform.graphql(key(), USAGE, { side, from })).toEqual({
        usageSummary: { calls: CALLS, failed: FAILED, amountNano: '6000000000' },
        usageSeries: [{ groupName: 'maker/echo', calls: CALLS, failed: FAILED, amountNano: '6000000000' }],
        usageUnits: [{ unit: 'request', quantity: '3000000000' }],
      });
    }
    const shown = await platform.cli(key(), 'usage', '--side', side.toLowerCase());
    expect(shown.stdout).toContain('6000000000 calls, 3000000000 failed');
  });

  it('are rated by other terms', async () => {
    const input = { from, side: 'PROVIDER', model: 'maker/echo', components: [{ unit: 'request', amount: '0.000000001' }] };
    expect(await platform.graphql(provider, SIMULATION, { input })).toEqual({
      simulatePrice: { calls: 3_000_000_000, wouldPayNano: '3000000000', isCallByCall: false, days: [{ calls: 3_000_000_000 }] },
    });
  });

  it('stand on invoices and statements', async () => {
    for (const _time of [1, 2]) {
      expect(await platform.graphql(consumer, DOCUMENTS, { of: 1 })).toMatchObject({ invoices: { nodes: [{ lines: [{ calls: CALLS, failed: FAILED, free: FREE, quantity: '3000000000' }] }] } });
      expect(await platform.graphql(provider, DOCUMENTS, { of: 1 })).toMatchObject({ statements: { nodes: [{ lines: [{ calls: CALLS, failed: FAILED, free: FREE, corrected: FREE }] }] } });
    }
  });

  it('are told of in the catalog', async () => {
    const client = await context.database().pool.connect();
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [FIGURES_LOCK]);
    await client.query('UPDATE model_listing SET calls = $1, faults = $2, figures_from = now(), figures_at = now() WHERE model_id = $3', [CALLS, FAILED, sold.model]);
    await client.query('COMMIT');
    client.release();
    expect(await platform.graphql(consumer, '{ model(ref: "maker/echo") { figures { calls availability } } }')).toEqual({ model: { figures: { calls: CALLS, availability: 0.5 } } });
  });
});
