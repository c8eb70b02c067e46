import type { DocumentTax, InvoiceResult, IssuedDocument } from '@steelyard/invoice';
import type { PoolClient } from '@steelyard/platform-database';
import type { DocumentScope } from '../documents/scope.js';

const UNTAXED: DocumentTax = { basisPoints: 0, label: '', id: '' };

/** What an organization's invoices are taxed by now. */
export async function taxOfOrganization(client: PoolClient, tenantId: string): Promise<DocumentTax> {
  const { rows } = await client.query<DocumentTax>('SELECT basis_points AS "basisPoints", label, tax_id AS id FROM billing_tax WHERE tenant_id = $1', [tenantId]);
  return rows[0] ?? UNTAXED;
}

/**
 * What a consumer's month is taxed by: as its first document was, invoice or credit note, so that what is given back of a call is what is asked for it, whenever the
 * organization's tax was changed between. Undefined before there is one. To be asked in an issuing transaction.
 */
export async function taxOfMonth(client: PoolClient, { tenantId, period, currency }: Pick<DocumentScope, 'tenantId' | 'period' | 'currency'>): Promise<DocumentTax | undefined> {
  const text = `SELECT document FROM billing_document WHERE kind IN ('invoice', 'credit_note') AND tenant_id = $1 AND period = $2 AND currency = $3 ORDER BY issued_at, id LIMIT 1`;
  const { rows } = await client.query<{ document: string }>(text, [tenantId, period, currency]);
  return rows[0] ? ((JSON.parse(rows[0].document) as IssuedDocument<InvoiceResult>).tax ?? undefined) : undefined;
}
