import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, Prisma, type Database } from '@steelyard/platform-database';
import { meteringErrors } from './errors.js';
import { hoursSql } from './usage-hours.js';
import { checkKeys, idRange, type UsageFilter } from './usage-filter.js';

export type SeriesGroup = 'none' | 'model' | 'version' | 'key' | 'tag';
export type SeriesInterval = 'hour' | 'day' | 'period';

export interface SeriesQuery extends Omit<UsageFilter, 'period'> {
  readonly from: Date;
  readonly to: Date;
  readonly groupBy: SeriesGroup;
  readonly interval: SeriesInterval;
  readonly currency: string;
}

/** Calls of one stretch of time, in UTC, of one group. */
export interface UsageBucket {
  readonly start: Date;
  /** Id of the model, version or key, or the tag; null without grouping. */
  readonly group: string | null;
  /** The owner of the model or version; null for keys, tags and without grouping. */
  readonly ownerId: string | null;
  readonly calls: number;
  readonly failed: number;
  readonly amountNano: bigint;
  readonly feeNano: bigint;
}

/** Milliseconds, of answered calls; null when there is none. */
export interface CallTimes {
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

/** What was used of one unit, and what it cost. */
export interface UnitUsage {
  readonly unit: string;
  /** In parts of the unit. */
  readonly quantity: bigint;
  readonly amountNano: bigint;
}

const DAY_MS = 24 * 60 * 60 * 1_000;
export const BUCKETS_MAX = 5_000;
/** By the hour a longer time would be more bars than a screen has columns. */
const LIMIT_DAYS = { hour: 31, day: 366, period: 3_660 } as const;
/** Times are those of the calls themselves, each of which is looked at. */
const TIMES_LIMIT_DAYS = { hour: 7, day: 92, period: 92 } as const;
const NO_TIMES: CallTimes = { p50Ms: null, p95Ms: null };

const GROUP_COLUMNS = {
  none: Prisma.sql`NULL::text, NULL::uuid`,
  model: Prisma.sql`model_id::text, provider_tenant_id`,
  version: Prisma.sql`version_id::text, provider_tenant_id`,
  key: Prisma.sql`key_id, NULL::uuid`,
  tag: Prisma.sql`tag, NULL::uuid`,
} as const;

/** Usage over time. All throw AppError `METERING.PERIOD_INVALID`, `METERING.PERIOD_TOO_LONG`, `METERING.KEYS_NOT_TOLD`. */
@Injectable()
export class ReadUsageSeries {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** By the hourly sums. Oldest first; stretches without calls are left out. @throws AppError `METERING.SERIES_TOO_LARGE` too */
  async read(tenantId: string, query: SeriesQuery): Promise<UsageBucket[]> {
    const rows = await this.#query<UsageBucket>(tenantId, bucketsSql(query, sumsOf(tenantId, query)));
    if (rows.length > BUCKETS_MAX) throw meteringErrors.SERIES_TOO_LARGE({ limit: BUCKETS_MAX });
    return rows;
  }

  /** What was used of each unit, all calls of the query together. */
  async units(tenantId: string, query: SeriesQuery): Promise<UnitUsage[]> {
    const sums = sumsOf(tenantId, query);
    return this.#query(tenantId, Prisma.sql`
      SELECT unit, sum(quantity)::bigint AS quantity, sum(amount_nano)::bigint AS "amountNano" FROM (${sums}) AS sums GROUP BY unit ORDER BY unit`);
  }

  /**
   * How long the calls of each bucket took, by the calls themselves: no sum tells that. Told of at most 92 days, and 7 by the hour; of a longer
   * time, of none.
   */
  async times(tenantId: string, query: SeriesQuery): Promise<(bucket: UsageBucket) => CallTimes> {
    if (lengthDays(query) > TIMES_LIMIT_DAYS[query.interval]) return () => NO_TIMES;
    const rows = await this.#query<TimesRow>(tenantId, timesSql(tenantId, query));
    const known = new Map(rows.map(({ start, group, micros }) => [keyOf(start, group), { p50Ms: micros[0]! / 1_000, p95Ms: micros[1]! / 1_000 }]));
    return ({ start, group }) => known.get(keyOf(start, group)) ?? NO_TIMES;
  }

  #query<T>(tenantId: string, statement: Prisma.Sql): Promise<T[]> {
    return this.database.withTenant(tenantId, (tx) => tx.$queryRaw<T[]>(statement));
  }
}

interface TimesRow {
  readonly start: Date;
  readonly group: string | null;
  readonly micros: readonly number[];
}

function sumsOf(tenantId: string, query: SeriesQuery): Prisma.Sql {
  const { side, from, to, interval, groupBy } = query;
  checkKeys(side, groupBy === 'key' || groupBy === 'tag');
  const limitDays = LIMIT_DAYS[interval];
  if (lengthDays(query) > limitDays) throw meteringErrors.PERIOD_TOO_LONG({ limitDays, interval });
  return hoursSql(tenantId, { ...query, period: { from, to } });
}

function bucketsSql(query: SeriesQuery, sums: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT start, "group", owner_id AS "ownerId", sum(calls)::float8 AS calls, sum(failed)::float8 AS failed,
      sum(amount_nano)::bigint AS "amountNano", sum(fee_nano)::bigint AS "feeNano"
    FROM (
      SELECT ${startSql(query, Prisma.sql`hour`)}, ${GROUP_COLUMNS[query.groupBy]}, calls, failed, amount_nano, fee_nano FROM (${sums}) AS sums
    ) AS sums (start, "group", owner_id, calls, failed, amount_nano, fee_nano)
    GROUP BY start, "group", owner_id
    ORDER BY start, "group"
    LIMIT ${BUCKETS_MAX + 1}`;
}

/** The tenant and the range of ids by name, beside what row level security says: only the parts of the table that the period touches are read. */
function timesSql(tenantId: string, query: SeriesQuery): Prisma.Sql {
  const { side, modelId, keyId, tag } = query;
  const ids = idRange(query);
  const also = [
    ...(modelId === undefined ? [] : [Prisma.sql`AND model_id = ${modelId}::uuid`]),
    ...(keyId === undefined ? [] : [Prisma.sql`AND key_id = ${keyId}`]),
    ...(tag === undefined ? [] : [Prisma.sql`AND tag = ${tag}`]),
  ];
  return Prisma.sql`
    SELECT start, "group", percentile_disc(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY total_micros) AS micros
    FROM (
      SELECT ${startSql(query, Prisma.sql`usage_id_time(id)`)}, ${GROUP_COLUMNS[query.groupBy]}, total_micros
      FROM usage_event
      WHERE ${side === 'consumer' ? Prisma.sql`consumer_tenant_id` : Prisma.sql`provider_tenant_id`} = ${tenantId}::uuid
        AND id >= ${ids.gte}::uuid AND id < ${ids.lt}::uuid AND currency = ${query.currency} AND status = 'succeeded' ${also.length > 0 ? Prisma.join(also, ' ') : Prisma.empty}
    ) AS calls (start, "group", owner_id, total_micros)
    GROUP BY start, "group"`;
}

function startSql({ interval, from }: SeriesQuery, time: Prisma.Sql): Prisma.Sql {
  return interval === 'period' ? Prisma.sql`${from}::timestamptz` : Prisma.sql`date_trunc(${interval}, ${time}, 'UTC')`;
}

function lengthDays({ from, to }: SeriesQuery): number {
  return (to.getTime() - from.getTime()) / DAY_MS;
}

function keyOf(start: Date, group: string | null): string {
  return `${start.getTime()} ${group}`;
}
