import { Inject, Injectable } from '@nestjs/common';
import type { PriceUnit, RatedLine } from '@steelyard/kernel';
import { DATABASE, Prisma, type Database } from '@steelyard/platform-database';
import { hoursSql } from './usage-hours.js';
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

  /** Newest first, `limit + 1` at most. The provider is told neither whose key it was nor the tag. */
  async page(tenantId: string, options: UsageFilter & { limit: number; afterId?: string | undefined }) {
    const { side, limit, afterId } = options;
    const where = whereOf(tenantId, options);
    if (afterId !== undefined && (where.id.lt === undefined || afterId < where.id.lt)) where.id.lt = afterId;
    const rows = await this.database.withTenant(tenantId, (tx) => tx.usageEvent.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1 }));
    return rows.map(({ lines, ...row }) => ({ ...row, lines: linesOf(row, lines), ...(side === 'provider' && { keyId: null, tag: null }) }));
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

  /** By the hourly sums, and by the calls of the hours that the period begins or ends in: exact, whatever the period. */
  async totals(tenantId: string, options: UsageFilter & { currency: string }): Promise<UsageTotals> {
    const statement = totalsSql(hoursSql(tenantId, options));
    const [totals] = await this.database.withTenant(tenantId, (tx) => tx.$queryRaw<UsageTotals[]>(statement));
    return totals!;
  }
}

/** A charge, component by component, whether it has several or one. */
export function linesOf({ unit, quantity, amountNano }: { unit: string; quantity: bigint; amountNano: bigint }, lines: Prisma.JsonValue): RatedLine[] {
  if (lines === null) return [{ unit: unit as PriceUnit, quantity, amountNano }];
  return (lines as [unit: PriceUnit, quantity: string, amountNano: string][]).map(([of, parts, nano]) => ({ unit: of, quantity: BigInt(parts), amountNano: BigInt(nano) }));
}

function totalsSql(hours: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT coalesce(sum(calls), 0)::float8 AS calls, coalesce(sum(failed), 0)::float8 AS failed,
      coalesce(sum(amount_nano), 0)::bigint AS "amountNano", coalesce(sum(fee_nano), 0)::bigint AS "feeNano"
    FROM (${hours}) AS hours`;
}
