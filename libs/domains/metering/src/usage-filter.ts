import { meteringErrors } from './errors.js';

/** Whose calls: those that the tenant made, or those of its models. */
export type Side = 'consumer' | 'provider';

/** By when calls were let in: from `from` on, and before `to`. */
export interface Period {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

export interface UsageFilter {
  readonly side: Side;
  readonly period: Period;
  readonly modelId?: string | undefined;
  readonly versionId?: string | undefined;
  /** Of the consumer's own keys. */
  readonly keyId?: string | undefined;
  /** What the consumer called the calls; empty for those that it called nothing. */
  readonly tag?: string | undefined;
  readonly status?: string | undefined;
}

/**
 * The conditions of a filter, the tenant's own first.
 * @throws AppError `METERING.PERIOD_INVALID`, `METERING.KEYS_NOT_TOLD`
 */
export function whereOf(tenantId: string, filter: UsageFilter) {
  const { side, modelId, versionId, keyId, tag, status } = filter;
  checkKeys(side, keyId !== undefined || tag !== undefined);
  return {
    ...(side === 'consumer' ? { consumerTenantId: tenantId } : { providerTenantId: tenantId }),
    id: idRange(filter.period),
    ...(modelId !== undefined && { modelId }),
    ...(versionId !== undefined && { versionId }),
    ...(keyId !== undefined && { keyId }),
    ...(tag !== undefined && { tag }),
    ...(status !== undefined && { status }),
  };
}

/** A provider is not told who called, or what for: it could not ask for the calls of one key or tag without learning whose they are. @throws AppError `METERING.KEYS_NOT_TOLD` */
export function checkKeys(side: Side, asksForKeysOrTags: boolean): void {
  if (side === 'provider' && asksForKeysOrTags) throw meteringErrors.KEYS_NOT_TOLD({});
}

/** @throws AppError `METERING.PERIOD_INVALID` */
export function checkPeriod({ from, to }: Period): void {
  if (from && to && from >= to) throw meteringErrors.PERIOD_INVALID({});
}

/**
 * A period as a range of ids, which carry the time of admission and are what the table is cut and indexed by.
 * @throws AppError `METERING.PERIOD_INVALID`
 */
export function idRange(period: Period): { gte?: string; lt?: string } {
  checkPeriod(period);
  const { from, to } = period;
  return { ...(from ? { gte: idBound(from) } : {}), ...(to ? { lt: idBound(to) } : {}) };
}

/** The least UUID version 7 of a time. Times before 1970 mean the beginning. */
export function idBound(time: Date): string {
  const hex = Math.max(time.getTime(), 0).toString(16).padStart(12, '0').slice(-12);
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
