import type { DocumentTax } from '@steelyard/invoice';
import type { PoolClient } from '@steelyard/platform-database';

const UNTAXED: DocumentTax = { basisPoints: 0, label: '', id: '' };

/** What an organization's invoices are taxed by now. */
export async function taxOfOrganization(client: PoolClient, tenantId: string): Promise<DocumentTax> {
  const { rows } = await client.query<DocumentTax>('SELECT basis_points AS "basisPoints", label, tax_id AS id FROM billing_tax WHERE tenant_id = $1', [tenantId]);
  return rows[0] ?? UNTAXED;
}
