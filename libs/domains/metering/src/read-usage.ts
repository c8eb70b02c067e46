import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { meteringErrors } from './errors.js';

/** Whose calls: those that the tenant made, or those of its models. */
export type Side = 'consumer' | 'provider';

export interface Period {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

export interface UsageTotals {
  readonly calls: number;
  readonly failed: number;
  readonly amountNano: bigint;
  readonly feeNano: bigint;
}

/** Usage as its two sides may see it. What ended a moment ago may not be there yet. */
@Injectable()
export class ReadUsage {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** Newest first, `limit + 1` at most. The provider is not told whose key it was. @throws AppError `METERING.PERIOD_INVALID` */
  async page(tenantId: string, options: { side: Side; period: Period; limit: number; afterId?: string | undefined }) {
    const { side, limit, afterId } = options;
    const id = { ...idRange(options.period), ...(afterId === undefined ? {} : { lt: afterId }) };
    const rows = await this.database.withTenant(tenantId, (tx) =>
      tx.usageEvent.findMany({ where: { ...of(tenantId, side), id }, orderBy: { id: 'desc' }, take: limit + 1 }),
    );
    return rows.map((row) => (side === 'provider' ? { ...row, keyId: null } : row));
  }

  /** @throws AppError `METERING.PERIOD_INVALID` */
  async totals(tenantId: string, options: { side: Side; period: Period; currency: string }): Promise<UsageTotals> {
    const where = { ...of(tenantId, options.side), currency: options.currency, id: idRange(options.period) };
    const groups = await this.database.withTenant(tenantId, (tx) =>
      tx.usageEvent.groupBy({ by: ['status'], where, _count: true, _sum: { amountNano: true, feeNano: true } }),
    );
    return {
      calls: groups.reduce((sum, group) => sum + group._count, 0),
      failed: groups.find((group) => group.status === 'failed')?._count ?? 0,
      amountNano: groups.reduce((sum, group) => sum + (group._sum.amountNano ?? 0n), 0n),
      feeNano: groups.reduce((sum, group) => sum + (group._sum.feeNano ?? 0n), 0n),
    };
  }
}

function of(tenantId: string, side: Side): { consumerTenantId: string } | { providerTenantId: string } {
  return side === 'consumer' ? { consumerTenantId: tenantId } : { providerTenantId: tenantId };
}

/** A period as a range of ids, which carry the time of admission and are what the table is cut and indexed by. */
function idRange({ from, to }: Period): { gte?: string; lt?: string } {
  if (from && to && from >= to) throw meteringErrors.PERIOD_INVALID({});
  return { ...(from ? { gte: idBound(from) } : {}), ...(to ? { lt: idBound(to) } : {}) };
}

/** The least UUID version 7 of a time. Times before 1970 mean the beginning. */
export function idBound(time: Date): string {
  const hex = Math.max(time.getTime(), 0).toString(16).padStart(12, '0').slice(-12);
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
