import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, Prisma, type Database } from '@steelyard/platform-database';
import { meteringErrors } from './errors.js';
import { checkKeys, idRange, type Side } from './usage-filter.js';

export type SeriesGroup = 'none' | 'model' | 'version' | 'key';
export type SeriesInterval = 'hour' | 'day' | 'period';

export interface SeriesQuery {
  readonly side: Side;
  readonly from: Date;
  readonly to: Date;
  readonly groupBy: SeriesGroup;
  readonly interval: SeriesInterval;
  readonly currency: string;
  readonly modelId?: string | undefined;
  /** Of the consumer's own keys. */
  readonly keyId?: string | undefined;
}

/** Calls of one stretch of time, in UTC, of one group. */
export interface UsageBucket {
  readonly start: Date;
  /** Id of the model, version or key; null without grouping. */
  readonly group: string | null;
  /** The owner of the model or version; null for keys and without grouping. */
  readonly ownerId: string | null;
  readonly calls: number;
  readonly failed: number;
  readonly amountNano: bigint;
  readonly feeNano: bigint;
  /** Milliseconds, of answered calls; null when there is none. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

const DAY_MS = 24 * 60 * 60 * 1_000;
export const BUCKETS_MAX = 5_000;
/** By the hour a longer time would be more bars than a screen has columns, and as long to count. */
const LIMIT_DAYS = { hour: 7, day: 92, period: 92 } as const;

const GROUP_COLUMNS = {
  none: Prisma.sql`NULL::text, NULL::uuid`,
  model: Prisma.sql`model_id::text, provider_tenant_id`,
  version: Prisma.sql`version_id::text, provider_tenant_id`,
  key: Prisma.sql`key_id, NULL::uuid`,
} as const;

const SIDE_COLUMNS = { consumer: Prisma.sql`consumer_tenant_id`, provider: Prisma.sql`provider_tenant_id` } as const;

interface BucketRow extends Omit<UsageBucket, 'p50Ms' | 'p95Ms'> {
  readonly micros: readonly number[] | null;
}

/** Usage over time. */
@Injectable()
export class ReadUsageSeries {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /**
   * Oldest first; stretches without calls are left out.
   * @throws AppError `METERING.PERIOD_INVALID`, `METERING.PERIOD_TOO_LONG`, `METERING.SERIES_TOO_LARGE`, `METERING.KEYS_NOT_TOLD`
   */
  async read(tenantId: string, query: SeriesQuery): Promise<UsageBucket[]> {
    const { side, from, to, groupBy, interval } = query;
    checkKeys(side, groupBy === 'key' || query.keyId !== undefined);
    const limitDays = LIMIT_DAYS[interval];
    if (to.getTime() - from.getTime() > limitDays * DAY_MS) throw meteringErrors.PERIOD_TOO_LONG({ limitDays, interval });
    const statement = seriesSql(tenantId, query);
    const rows = await this.database.withTenant(tenantId, (tx) => tx.$queryRaw<BucketRow[]>(statement));
    if (rows.length > BUCKETS_MAX) throw meteringErrors.SERIES_TOO_LARGE({ limit: BUCKETS_MAX });
    return rows.map(({ micros, ...row }) => ({ ...row, p50Ms: toMs(micros?.[0]), p95Ms: toMs(micros?.[1]) }));
  }
}

/** The tenant and the range of ids by name, beside what row level security says: only the parts of the table that the period touches are read. */
function seriesSql(tenantId: string, query: SeriesQuery): Prisma.Sql {
  const { from, interval, modelId, keyId } = query;
  const ids = idRange(query);
  const start = interval === 'period' ? Prisma.sql`${from}::timestamptz` : Prisma.sql`date_trunc(${interval}, usage_id_time(id), 'UTC')`;
  const model = modelId === undefined ? Prisma.empty : Prisma.sql`AND model_id = ${modelId}::uuid`;
  const key = keyId === undefined ? Prisma.empty : Prisma.sql`AND key_id = ${keyId}`;
  return Prisma.sql`
    SELECT start, "group", owner_id AS "ownerId", count(*)::int AS calls, (count(*) FILTER (WHERE status = 'failed'))::int AS failed,
      sum(amount_nano)::bigint AS "amountNano", sum(fee_nano)::bigint AS "feeNano",
      percentile_disc(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY total_micros) FILTER (WHERE status = 'succeeded') AS micros
    FROM (
      SELECT ${start}, ${GROUP_COLUMNS[query.groupBy]}, status, amount_nano, fee_nano, total_micros
      FROM usage_event
      WHERE ${SIDE_COLUMNS[query.side]} = ${tenantId}::uuid AND id >= ${ids.gte}::uuid AND id < ${ids.lt}::uuid
        AND currency = ${query.currency} ${model} ${key}
    ) AS calls (start, "group", owner_id, status, amount_nano, fee_nano, total_micros)
    GROUP BY start, "group", owner_id
    ORDER BY start, "group"
    LIMIT ${BUCKETS_MAX + 1}`;
}

function toMs(micros: number | undefined): number | null {
  return micros === undefined ? null : micros / 1_000;
}
