import { sealDocument, type DocumentFacts, type DocumentHeader, type InvoiceResult, type IssuedDocument, type StatementResult } from '@steelyard/invoice';
import { canonicalJson } from '@steelyard/kernel';
import { sqlTransaction, type Pool, type PoolClient } from '@steelyard/platform-database';

/** One at a time issues documents, so that each has the next number and the hash of the one before. See the migration for the order of locks. */
const ISSUE_LOCK = 72_707_384;

/** A transaction in which documents may be written: all of it comes to be, or nothing. Short, for the others wait. */
export function issueTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>, reason?: string): Promise<T> {
  const alone = async (client: PoolClient): Promise<T> => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [ISSUE_LOCK]);
    return work(client);
  };
  return sqlTransaction(pool, alone, reason);
}

export interface Draft {
  readonly header: DocumentHeader;
  readonly facts: Omit<DocumentFacts, 'number' | 'place' | 'issuedAt' | 'previousHash'>;
  readonly result: InvoiceResult | StatementResult;
  /** Of a credit note. */
  readonly correctionId?: string | undefined;
}

const SERIES = { invoice: 'SY', credit_note: 'SY-CN', statement: 'SY-ST' } as const;

/** Gives a document its number and its place, and writes it. Within {@link issueTransaction}. */
export async function writeDocument(client: PoolClient, { header, facts, result, correctionId }: Draft, nowMs: number): Promise<IssuedDocument> {
  const { kind, organizationId, id, period, currency } = header;
  const previous = await client.query<{ place: number; hash: string }>('SELECT place, hash FROM billing_document WHERE tenant_id = $1 AND kind = $2 ORDER BY place DESC LIMIT 1', [organizationId, kind]);
  const { place, hash: previousHash } = previous.rows[0] ?? { place: 0, hash: null };
  const issuedAt = new Date(nowMs).toISOString();
  const number = await nextNumber(client, `${SERIES[kind]}-${issuedAt.slice(0, 4)}`);
  const document = sealDocument(header, { ...facts, number, place: place + 1, issuedAt, previousHash }, result);
  const [amountNano, totalCents] = 'netNano' in result ? [result.netNano, null] : [result.amountNano, result.totalCents];
  await client.query(
    `INSERT INTO billing_document (tenant_id, id, kind, number, place, period, currency, correction_id, amount_nano, total_cents, hash, document, issued_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [organizationId, id, kind, number, document.place, period, currency, correctionId ?? null, amountNano, totalCents, document.hash, canonicalJson(document), issuedAt],
  );
  return document;
}

/** The next of a series. A transaction that fails gives it back, so that none is left out. */
async function nextNumber(client: PoolClient, series: string): Promise<string> {
  const text = 'INSERT INTO billing_series AS s (name, last) VALUES ($1, 1) ON CONFLICT (name) DO UPDATE SET last = s.last + 1 RETURNING last';
  const { rows } = await client.query<{ last: number }>(text, [series]);
  return `${series}-${rows[0]!.last.toString().padStart(6, '0')}`;
}
