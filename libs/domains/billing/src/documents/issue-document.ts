import { Inject, Injectable } from '@nestjs/common';
import { Ledger } from '@steelyard/domain-ledger';
import { DOCUMENT_FORMAT, DocumentBuilder, type InvoiceResult } from '@steelyard/invoice';
import { newId } from '@steelyard/kernel';
import { DATABASE, type Database, type PoolClient } from '@steelyard/platform-database';
import { BILLING_CLOCK, type BillingClock } from '../clock.js';
import { taxOfMonth, taxOfOrganization } from '../tax/taxes.js';
import { DocumentNames } from './document-names.js';
import { postingArrays, postingsOf } from './postings.js';
import { callPages, pricedVersions, readPrices } from './read-rows.js';
import type { DocumentScope } from './scope.js';
import { issueTransaction, writeDocument } from './write-document.js';

/** A document that a closed month owes. */
export interface DueDocument extends DocumentScope {
  readonly kind: 'invoice' | 'statement';
}

/** Issues one document of a closed month. */
@Injectable()
export class IssueDocument {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(DocumentNames) private readonly names: DocumentNames,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(BILLING_CLOCK) private readonly clock: BillingClock,
  ) {}

  /**
   * Computes the document from its calls, then writes it, with what it moves, in one transaction. The month is closed, so its calls stay as they
   * are meanwhile; one that was issued by somebody else meanwhile is left as it is.
   * @throws RowProblem for a call that does not follow from its price; the signal's reason
   */
  async run(due: DueDocument, signal?: AbortSignal): Promise<void> {
    const { tenantId, kind, period, currency } = due;
    const { pool } = this.database;
    const issuedAtMs = await this.clock.nowMs();
    const versions = await pricedVersions(pool, due);
    const builder = new DocumentBuilder({ format: DOCUMENT_FORMAT, kind, id: newId(issuedAtMs), organizationId: tenantId, period, currency });
    for (const price of await readPrices(pool, versions)) builder.price(price);
    for await (const page of callPages(pool, due)) {
      signal?.throwIfAborted();
      for (const call of page) builder.call(call);
    }
    const facts = { ...(await this.names.of(kind, tenantId, versions)), reason: null, invoice: null };
    await issueTransaction(pool, async (client) => {
      if (!(await isOpen(client, due))) return;
      const tax = kind === 'invoice' ? ((await taxOfMonth(client, due)) ?? (await taxOfOrganization(client, tenantId))) : null;
      const result = builder.result(tax?.basisPoints ?? 0);
      const { number } = await writeDocument(client, { header: builder.header, facts: { ...facts, tax }, result }, issuedAtMs);
      if (kind === 'invoice') {
        const postings = postingArrays(postingsOf(builder.header, result as InvoiceResult));
        await client.query('SELECT billing_post($1, $2, $3, $4, $5, $6, $7, $8, $9)', [builder.header.id, ...postings, `invoice ${number}`]);
      }
      const key = [period, kind, tenantId, currency];
      await client.query('UPDATE billing_due SET document_id = $5, problem = NULL WHERE period = $1 AND kind = $2 AND tenant_id = $3 AND currency = $4', [...key, builder.header.id]);
    });
    this.ledger.announce(tenantId);
  }
}

async function isOpen(client: PoolClient, { period, kind, tenantId, currency }: DueDocument): Promise<boolean> {
  const text = 'SELECT FROM billing_due WHERE period = $1 AND kind = $2 AND tenant_id = $3 AND currency = $4 AND document_id IS NULL';
  return (await client.query(text, [period, kind, tenantId, currency])).rowCount === 1;
}
