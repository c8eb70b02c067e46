import { Prisma } from '@steelyard/platform-database';

/** Who may read and call a model beside its owner: nobody, whoever knows its name, or everybody, who also finds it in lists. */
export type ModelVisibility = 'private' | 'unlisted' | 'public';

/** Models that a tenant may read when it knows which: its own, and, unless they are taken down, those for all and those shared with it. */
export function readableBy(tenantId: string): Prisma.ModelWhereInput {
  const forOthers: Prisma.ModelWhereInput = { takenDownAt: null, OR: [{ visibility: { in: ['public', 'unlisted'] } }, { shares: { some: { withTenantId: tenantId } } }] };
  return { OR: [{ tenantId }, forOthers] };
}

/** Rows of `model_listing l` that are shared with the tenant of the transaction. */
export const SHARED = Prisma.sql`(l.offered AND (l.tenant_id, l.model_id) IN (
  SELECT s.tenant_id, s.model_id FROM model_share s WHERE s.with_tenant_id = (SELECT app_tenant_id())))`;

/** Rows that the tenant of the transaction finds in lists. The policies say much the same; see `model_search` in the migrations for why it is said here. */
export const LISTED_FOR_TENANT = Prisma.sql`(l.public OR l.tenant_id = (SELECT app_tenant_id()) OR ${SHARED})`;

/** Rows that the tenant of the transaction may read by their names. */
export const READABLE_BY_NAME = Prisma.sql`(l.unlisted OR ${LISTED_FOR_TENANT})`;
