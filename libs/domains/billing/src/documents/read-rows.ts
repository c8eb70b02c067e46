import { termsOf, type PriceRow as PriceColumns } from '@steelyard/domain-catalog';
import type { CallRow, PriceRow } from '@steelyard/invoice';
import { plainArray, readAlongIndex, type Pool } from '@steelyard/platform-database';
import type { DocumentScope } from './scope.js';
import { toCall, USAGE_COLUMNS, type UsageColumns } from './usage-columns.js';

/** Enough for a query to be worth its while, little enough to hold. */
const ROWS_AT_A_TIME = 2_000;

/** A version that was called, and a price that it was called at. */
export interface PricedVersion {
  readonly providerId: string;
  readonly modelId: string;
  readonly versionId: string;
  readonly priceId: string;
}

const SIDE = { invoice: 'consumer_tenant_id', statement: 'provider_tenant_id' } as const;

const PRICED = 'DISTINCT provider_tenant_id AS "providerId", model_id AS "modelId", version_id AS "versionId", price_id AS "priceId"';

/** Every version and price of a document's calls; from the hourly sums, so that no call has to be looked at. */
export async function pricedVersions(pool: Pool, { kind, tenantId, period, currency, documentId }: DocumentScope): Promise<PricedVersion[]> {
  const corrected = `SELECT ${PRICED} FROM usage_event WHERE id = ANY (ARRAY(SELECT event_id FROM usage_correction`;
  if (kind === 'credit_note') return (await pool.query<PricedVersion>(`${corrected} WHERE consumer_tenant_id = $1 AND document_id = $2))`, [tenantId, documentId])).rows;
  const used = `SELECT ${PRICED} FROM usage_hour WHERE period = $2 AND ${SIDE[kind]} = $1 AND currency = $3`;
  const text = kind === 'invoice' ? used : `${used} UNION ${corrected} WHERE provider_tenant_id = $1 AND period = $2 AND currency = $3))`;
  return (await pool.query<PricedVersion>(text, [tenantId, period, currency])).rows;
}

/** Prices as a file has them, by id. One that is not there any more is left out. */
export async function readPrices(pool: Pool, versions: readonly Pick<PricedVersion, 'providerId' | 'priceId'>[]): Promise<PriceRow[]> {
  const { rows } = await pool.query<PriceColumns>(
    `SELECT p.id, p.currency, p.components, p.free FROM price AS p
     WHERE (p.tenant_id, p.id) IN (SELECT * FROM unnest($1::UUID[], $2::UUID[])) ORDER BY p.id`,
    [plainArray(versions.map(({ providerId }) => providerId)), plainArray(versions.map(({ priceId }) => priceId))],
  );
  return rows.map((row) => ({ id: row.id, terms: termsOf(row) }));
}

/** A document's calls in the order of its file, a page at a time: no transaction stays open between two, and no more than two are kept. */
export async function* callPages(pool: Pool, scope: DocumentScope): AsyncGenerator<CallRow[], void> {
  if (scope.kind !== 'credit_note') yield* usagePages(pool, scope, SIDE[scope.kind]);
  if (scope.kind !== 'invoice') yield* correctionPages(pool, scope);
}

async function* usagePages(pool: Pool, { kind, tenantId, period, currency }: DocumentScope, side: string): AsyncGenerator<CallRow[], void> {
  // Calls that came late are older than their month: the hours say where to begin.
  const bounds = `SELECT usage_id_bound(min(hour)) AS first, usage_id_bound(max(hour) + INTERVAL '1 hour') AS last FROM usage_hour WHERE period = $2 AND ${side} = $1 AND currency = $3`;
  const { first, last } = (await pool.query<{ first: string | null; last: string }>(bounds, [tenantId, period, currency])).rows[0]!;
  if (first === null) return;
  const text = `SELECT ${USAGE_COLUMNS} FROM usage_event AS e WHERE e.${side} = $1 AND e.id > $4 AND e.id < $5 AND e.period = $2 AND e.currency = $3 ORDER BY e.id LIMIT ${ROWS_AT_A_TIME}`;
  yield* pages(first, (after) => readAlongIndex<UsageColumns>(pool, text, [tenantId, period, currency, after, last]), (row) => toCall(row, 'usage', kind === 'statement' ? 'provider' : 'consumer'));
}

async function* correctionPages(pool: Pool, { kind, tenantId, period, currency, documentId }: DocumentScope): AsyncGenerator<CallRow[], void> {
  const isNote = kind === 'credit_note';
  const where = isNote ? 'c.consumer_tenant_id = $1 AND c.document_id = $3' : 'c.provider_tenant_id = $1 AND c.period = $3 AND c.currency = $4';
  const values = isNote ? [documentId] : [period, currency];
  const text = `SELECT ${USAGE_COLUMNS} FROM usage_correction AS c JOIN usage_event AS e ON e.id = c.event_id WHERE ${where} AND c.event_id > $2 ORDER BY c.event_id LIMIT ${ROWS_AT_A_TIME}`;
  yield* pages(NIL, (after) => pool.query<UsageColumns>(text, [tenantId, after, ...values]), (row) => toCall(row, 'correction', isNote ? 'consumer' : 'provider'));
}

/** Before every id. */
const NIL = '00000000-0000-0000-0000-000000000000';

async function* pages(first: string, read: (after: string) => Promise<{ rows: UsageColumns[] }>, toRow: (row: UsageColumns) => CallRow): AsyncGenerator<CallRow[], void> {
  let reading = read(first);
  for (;;) {
    const { rows } = await reading;
    const isLast = rows.length < ROWS_AT_A_TIME;
    // The next page is on its way while this one is computed. Whoever stops in between does not wait for it.
    if (!isLast) (reading = read(rows.at(-1)!.id)).catch(() => undefined);
    if (rows.length > 0) yield rows.map(toRow);
    if (isLast) return;
  }
}
