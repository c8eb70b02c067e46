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
      SELECT d.id::TEXT, d.document, CASE WHEN d.kind = 'invoice' THEN coalesce(w.posted >= 0 OR w.posted + billing_owed_since(d.tenant_id, d.currency, d.period) >= 0, true) END AS paid
      FROM billing_document AS d
      LEFT JOIN LATERAL (
        SELECT a.credits_posted - a.debits_posted AS posted FROM ledger_account AS a
        WHERE a.tenant_id = d.tenant_id AND a.kind = 'consumer_wallet' AND a.currency = d.currency) AS w ON true
      WHERE d.tenant_id = ${tenantId}::UUID ${rest}`);
    return rows.map((row) => ({ ...row, document: JSON.parse(row.document) as IssuedDocument }));
  }
}
