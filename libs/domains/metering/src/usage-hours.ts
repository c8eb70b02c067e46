import { Prisma } from '@steelyard/platform-database';
import { checkKeys, checkPeriod, type UsageFilter } from './usage-filter.js';

const HOUR_MS = 60 * 60 * 1_000;

/**
 * Rows of the hourly sums of a filter, exact to the millisecond: of whole hours as they were added up when the calls were written, of an hour
 * that the period begins or ends in as its calls add up now. `calls`, `failed` and `fee_nano` count with the first component of a charge.
 * The tenant by name, beside what row level security says.
 * @throws AppError `METERING.PERIOD_INVALID`, `METERING.KEYS_NOT_TOLD`
 */
export function hoursSql(tenantId: string, filter: UsageFilter & { readonly currency?: string | undefined }): Prisma.Sql {
  const { side, period, modelId, versionId, keyId, tag, currency, status } = filter;
  checkKeys(side, keyId !== undefined || tag !== undefined);
  checkPeriod(period);
  const where = Prisma.join(
    [
      Prisma.sql`${side === 'consumer' ? Prisma.sql`consumer_tenant_id` : Prisma.sql`provider_tenant_id`} = ${tenantId}::uuid`,
      ...(currency === undefined ? [] : [Prisma.sql`currency = ${currency}`]),
      ...(modelId === undefined ? [] : [Prisma.sql`model_id = ${modelId}::uuid`]),
      ...(versionId === undefined ? [] : [Prisma.sql`version_id = ${versionId}::uuid`]),
      ...(keyId === undefined ? [] : [Prisma.sql`key_id = ${keyId}`]),
      ...(tag === undefined ? [] : [Prisma.sql`tag = ${tag}`]),
    ],
    ' AND ',
  );
  const { columns, rows } = STATUSES[status ?? 'any'] ?? NO_CALLS;
  const parts = partsOf(period).map(
    (part) => Prisma.sql`SELECT hour, consumer_tenant_id, provider_tenant_id, model_id, version_id, price_id, key_id, tag, unit, currency, ${columns} FROM ${part} AS sums WHERE ${where} AND ${rows}`,
  );
  return Prisma.join(parts, ' UNION ALL ');
}

interface Counted {
  readonly columns: Prisma.Sql;
  /** Rows with such calls. One without any call is of a further component, which failed calls do not have. */
  readonly rows: Prisma.Sql;
}

/** What counts of a row, which is of calls of either outcome: failed ones have neither quantity nor amount nor fee. */
const STATUSES: Readonly<Record<string, Counted>> = {
  any: { columns: Prisma.sql`calls, failed, quantity, amount_nano, fee_nano`, rows: Prisma.sql`true` },
  succeeded: { columns: Prisma.sql`calls - failed AS calls, 0::bigint AS failed, quantity, amount_nano, fee_nano`, rows: Prisma.sql`(calls > failed OR calls = 0)` },
  failed: { columns: Prisma.sql`failed AS calls, failed, 0::bigint AS quantity, 0::bigint AS amount_nano, 0::bigint AS fee_nano`, rows: Prisma.sql`failed > 0` },
};
const NO_CALLS: Counted = { ...STATUSES['any']!, rows: Prisma.sql`false` };

/** The whole hours of a period, and the ends that are none. */
function partsOf({ from, to }: UsageFilter['period']): Prisma.Sql[] {
  const first = from && firstWholeHour(from);
  const end = to && new Date(Math.floor(to.getTime() / HOUR_MS) * HOUR_MS);
  // Within one hour: nothing but its calls can tell.
  if (first && end && first > end) return [callsBetween(from, to)];
  const whole = Prisma.sql`(SELECT * FROM usage_hour WHERE ${first ? Prisma.sql`hour >= ${first}::timestamptz` : Prisma.sql`true`} AND ${end ? Prisma.sql`hour < ${end}::timestamptz` : Prisma.sql`true`})`;
  return [whole, ...(first && from < first ? [callsBetween(from, first)] : []), ...(end && end < to ? [callsBetween(end, to)] : [])];
}

/** The beginning of the first whole hour (UTC) of a period that begins at this time. */
export function firstWholeHour(from: Date): Date {
  return new Date(Math.ceil(from.getTime() / HOUR_MS) * HOUR_MS);
}

function callsBetween(from: Date, to: Date): Prisma.Sql {
  return Prisma.sql`usage_sum_calls(${from}::timestamptz, ${to}::timestamptz)`;
}
