import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { whereOf, type UsageFilter } from './usage-filter.js';

export interface UsageTotals {
  readonly calls: number;
  readonly failed: number;
  readonly amountNano: bigint;
  readonly feeNano: bigint;
}

/** One call, as one of its sides may see it. */
export type UsageRow = Awaited<ReturnType<ReadUsage['page']>>[number];

/** Usage as its two sides may see it. What ended a moment ago may not be there yet. All throw AppError `METERING.PERIOD_INVALID`, `METERING.KEYS_NOT_TOLD`. */
@Injectable()
export class ReadUsage {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** Newest first, `limit + 1` at most. The provider is not told whose key it was. */
  async page(tenantId: string, options: UsageFilter & { limit: number; afterId?: string | undefined }) {
    const { side, limit, afterId } = options;
    const where = whereOf(tenantId, options);
    if (afterId !== undefined && (where.id.lt === undefined || afterId < where.id.lt)) where.id.lt = afterId;
    const rows = await this.database.withTenant(tenantId, (tx) => tx.usageEvent.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1 }));
    return rows.map((row) => (side === 'provider' ? { ...row, keyId: null } : row));
  }

  /** All of a filter, newest first, `size` at a time: no transaction stays open between two reads, and no more than one is kept. */
  async *pages(tenantId: string, filter: UsageFilter, size: number): AsyncGenerator<UsageRow[], void> {
    let afterId: string | undefined;
    for (;;) {
      const rows = await this.page(tenantId, { ...filter, limit: size - 1, afterId });
      if (rows.length > 0) yield rows;
      if (rows.length < size) return;
      afterId = rows.at(-1)!.id;
    }
  }

  async totals(tenantId: string, options: UsageFilter & { currency: string }): Promise<UsageTotals> {
    const where = { ...whereOf(tenantId, options), currency: options.currency };
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
