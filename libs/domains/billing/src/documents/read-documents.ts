import { Inject, Injectable } from '@nestjs/common';
import type { DocumentKind, IssuedDocument } from '@steelyard/invoice';
import { isId } from '@steelyard/kernel';
import { DATABASE, Prisma, type Database } from '@steelyard/platform-database';
import { billingErrors } from '../errors.js';

/** A document, and what has become of it. */
export interface StoredDocument {
  readonly id: string;
  readonly document: IssuedDocument;
  /**
   * Of an invoice: whether what the organization has paid in covers it, earlier debts first. Calls are paid from the wallet as they are made, so an
   * invoice is open only while the wallet is below zero by more than what came after it. Null for other kinds.
   */
  readonly paid: boolean | null;
}

interface Columns {
  readonly id: string;
  readonly document: string;
  readonly paid: boolean | null;
}

/** Documents as the organization that they are for may read them. */
@Injectable()
export class ReadDocuments {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** Newest first, `limit + 1` at most. */
  async page(tenantId: string, { kinds, limit, afterId }: { kinds: readonly DocumentKind[]; limit: number; afterId?: string | undefined }): Promise<StoredDocument[]> {
    const after = afterId === undefined ? Prisma.empty : Prisma.sql`AND d.id < ${afterId}::UUID`;
    return this.#read(tenantId, Prisma.sql`AND d.kind IN (${Prisma.join([...kinds])}) ${after} ORDER BY d.id DESC LIMIT ${limit + 1}`);
  }

  /**
   * By its id or its number.
   * @throws AppError `BILLING.DOCUMENT_NOT_FOUND`
   */
  async one(tenantId: string, id: string, kinds: readonly DocumentKind[]): Promise<StoredDocument> {
    const isIt = isId(id) ? Prisma.sql`d.id = ${id}::UUID` : Prisma.sql`d.number = ${id}`;
    const [found] = await this.#read(tenantId, Prisma.sql`AND ${isIt} AND d.kind IN (${Prisma.join([...kinds])})`);
    if (!found) throw billingErrors.DOCUMENT_NOT_FOUND({ id });
    return found;
  }

  async #read(tenantId: string, rest: Prisma.Sql): Promise<StoredDocument[]> {
    const rows = await this.database.withTenant(tenantId, (tx) => tx.$queryRaw<Columns[]>`
      WITH shown AS MATERIALIZED (
        SELECT d.id, d.kind, d.period, d.currency, d.document FROM billing_document AS d WHERE d.tenant_id = ${tenantId}::UUID ${rest}
      ), ${leftSql(tenantId)}
      SELECT s.id::TEXT, s.document, CASE WHEN s.kind = 'invoice' THEN coalesce(l.left_nano >= 0, true) END AS paid
      FROM shown AS s LEFT JOIN left_after AS l ON l.currency = s.currency AND l.period = s.period
      ORDER BY s.id DESC`);
    return rows.map((row) => ({ ...row, document: JSON.parse(row.document) as IssuedDocument }));
  }
}

/**
 * `left_after (currency, period, left_nano)`: what the wallets of the invoices in `shown` would have left, had nothing been asked for after the
 * invoice of a month; below zero that invoice is open. Only of wallets below zero: the others cover everything. What was asked for later are
 * documents, and usage that is not invoiced yet; the latter is added up once, however many invoices are shown.
 */
function leftSql(tenantId: string): Prisma.Sql {
  return Prisma.sql`
    below AS MATERIALIZED (
      SELECT a.currency, a.credits_posted - a.debits_posted + (
        SELECT coalesce(sum(h.amount_nano), 0) FROM usage_hour AS h
        WHERE h.consumer_tenant_id = ${tenantId}::UUID AND h.currency = a.currency AND h.period > (
          SELECT coalesce(max(d.period), 0) FROM billing_document AS d WHERE d.tenant_id = ${tenantId}::UUID AND d.kind = 'invoice' AND d.currency = a.currency)
      ) AS invoiced_nano
      FROM ledger_account AS a
      WHERE a.tenant_id = ${tenantId}::UUID AND a.kind = 'consumer_wallet' AND a.credits_posted < a.debits_posted AND a.currency IN (SELECT s.currency FROM shown AS s WHERE s.kind = 'invoice')
    ), left_after AS MATERIALIZED (
      SELECT b.currency, d.period, b.invoiced_nano + 10000000 * coalesce(sum(sum(CASE d.kind WHEN 'invoice' THEN d.total_cents ELSE -d.total_cents END)) OVER later, 0) AS left_nano
      FROM below AS b JOIN billing_document AS d ON d.tenant_id = ${tenantId}::UUID AND d.currency = b.currency AND d.kind IN ('invoice', 'credit_note')
      GROUP BY b.currency, b.invoiced_nano, d.period
      WINDOW later AS (PARTITION BY b.currency ORDER BY d.period DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    )`;
}
