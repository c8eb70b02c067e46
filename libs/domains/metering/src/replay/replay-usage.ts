import { Inject, Injectable } from '@nestjs/common';
import { idTimeMs, type PriceUnit, type Quantities } from '@steelyard/kernel';
import { DATABASE, Prisma, type Database } from '@steelyard/platform-database';
import { linesOf } from '../read-usage.js';
import { whereOf, type Side } from '../usage-filter.js';
import { hoursSql } from '../usage-hours.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Enough for one query to be worth its while, little enough to hold. */
const CALLS_AT_A_TIME = 2_000;

/** Which answered calls: those let in from `from` on, and before `to`. */
export interface ReplayFilter {
  readonly side: Side;
  readonly from: Date;
  readonly to: Date;
  readonly modelId?: string | undefined;
  readonly versionId?: string | undefined;
}

/** What was used, and what it cost then: of one call, or of several that were added up. Failed calls, which cost nothing, are left out. */
export interface PastUse {
  readonly at: Date;
  readonly calls: number;
  readonly consumerTenantId: string;
  readonly providerTenantId: string;
  readonly versionId: string;
  /** In parts. A unit that is missing was not counted, so that nobody knows how much of it there was. */
  readonly quantities: Quantities;
  readonly amountNano: bigint;
  readonly currency: string;
}

/** Past usage once more in the order that it came in, a part at a time: however much it is, no more than a part is kept. */
@Injectable()
export class ReplayUsage {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** How many answered calls there are, by the hourly sums. @throws AppError `METERING.PERIOD_INVALID` */
  async count(tenantId: string, filter: ReplayFilter): Promise<number> {
    const [row] = await this.#query<{ calls: number }>(tenantId, Prisma.sql`SELECT coalesce(sum(calls), 0)::float8 AS calls FROM (${answeredHours(tenantId, filter)}) AS hours`);
    return row!.calls;
  }

  /** Call by call. How long each ran is known whatever it was charged by. @throws AppError `METERING.PERIOD_INVALID` */
  async *calls(tenantId: string, { side, modelId, versionId, ...period }: ReplayFilter): AsyncGenerator<PastUse, void> {
    const { id: range, ...where } = whereOf(tenantId, { side, modelId, versionId, period, status: 'succeeded' });
    for (let id: Prisma.UuidFilter = range; ; ) {
      const rows = await this.database.withTenant(tenantId, (tx) => tx.usageEvent.findMany({ where: { ...where, id }, orderBy: { id: 'asc' }, take: CALLS_AT_A_TIME, select: CALL }));
      for (const row of rows) yield toUse(row);
      if (rows.length < CALLS_AT_A_TIME) return;
      id = { ...range, gt: rows.at(-1)!.id };
    }
  }

  /** Added up by day, version and the price that was paid; by consumer too where that is asked for, else those of all consumers are one. @throws AppError `METERING.PERIOD_INVALID` */
  async *sums(tenantId: string, filter: ReplayFilter, byConsumer: boolean): AsyncGenerator<PastUse, void> {
    for (const [from, to] of daysOf(filter)) {
      for (const { counted, ...row } of await this.#query<SumRow>(tenantId, sumsSql(answeredHours(tenantId, { ...filter, from, to }), byConsumer))) {
        const quantities: Quantities = Object.fromEntries(Object.entries(counted).map(([unit, parts]) => [unit, BigInt(parts)]));
        if (row.calls > 0) yield { ...row, at: from, quantities: { request: BigInt(row.calls), ...quantities } };
      }
    }
  }

  #query<T>(tenantId: string, statement: Prisma.Sql): Promise<T[]> {
    return this.database.withTenant(tenantId, (tx) => tx.$queryRaw<T[]>(statement));
  }
}

const CALL = {
  id: true, consumerTenantId: true, providerTenantId: true, versionId: true, unit: true, quantity: true, lines: true, amountNano: true, currency: true, computeMicros: true,
} as const satisfies Prisma.UsageEventSelect;

type CallRow = Prisma.UsageEventGetPayload<{ select: typeof CALL }>;

function toUse({ id, unit, quantity, lines, computeMicros, ...row }: CallRow): PastUse {
  const counted = linesOf({ unit, quantity, amountNano: row.amountNano }, lines).map((line) => [line.unit, line.quantity] as const);
  return { ...row, at: new Date(idTimeMs(id)), calls: 1, quantities: { request: 1n, compute_second: BigInt(computeMicros), ...Object.fromEntries(counted) } };
}

interface SumRow extends Omit<PastUse, 'at' | 'quantities'> {
  readonly counted: Readonly<Partial<Record<PriceUnit, string>>>;
}

function answeredHours(tenantId: string, { side, modelId, versionId, ...period }: ReplayFilter): Prisma.Sql {
  return hoursSql(tenantId, { side, modelId, versionId, period, status: 'succeeded' });
}

/** One row for each price that was paid: which units were counted depends on it. */
function sumsSql(hours: Prisma.Sql, byConsumer: boolean): Prisma.Sql {
  const consumer = byConsumer ? Prisma.sql`consumer_tenant_id` : Prisma.sql`NULL::uuid`;
  return Prisma.sql`
    SELECT coalesce(consumer::text, '') AS "consumerTenantId", provider_tenant_id AS "providerTenantId", version_id AS "versionId", currency,
      sum(calls)::float8 AS calls, sum(amount_nano)::bigint AS "amountNano", json_object_agg(unit, quantity::text) AS counted
    FROM (
      SELECT ${consumer} AS consumer, provider_tenant_id, version_id, price_id, currency, unit,
        sum(calls) AS calls, sum(amount_nano) AS amount_nano, sum(quantity) AS quantity
      FROM (${hours}) AS hours GROUP BY 1, 2, 3, 4, 5, 6
    ) AS units
    GROUP BY consumer, provider_tenant_id, version_id, price_id, currency`;
}

/** The days (UTC) of a period, the first and the last as far as they belong to it. */
function* daysOf({ from, to }: ReplayFilter): Generator<[from: Date, to: Date], void> {
  for (let day = from; day < to; ) {
    const next = new Date(Math.min((Math.floor(day.getTime() / DAY_MS) + 1) * DAY_MS, to.getTime()));
    yield [day, next];
    day = next;
  }
}
