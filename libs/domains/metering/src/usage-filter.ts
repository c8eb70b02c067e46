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
  /** Of the consumer's own keys. */
  readonly keyId?: string | undefined;
  readonly status?: string | undefined;
}

/**
 * The conditions of a filter, the tenant's own first.
 * @throws AppError `METERING.PERIOD_INVALID`, `METERING.KEYS_NOT_TOLD`
 */
export function whereOf(tenantId: string, filter: UsageFilter) {
  const { side, modelId, keyId, status } = filter;
  checkKeys(side, keyId !== undefined);
  return {
    ...(side === 'consumer' ? { consumerTenantId: tenantId } : { providerTenantId: tenantId }),
    id: idRange(filter.period),
    ...(modelId !== undefined && { modelId }),
    ...(keyId !== undefined && { keyId }),
    ...(status !== undefined && { status }),
  };
}

/** A provider is not told who called: it could not ask for one key's calls without learning whose they are. @throws AppError `METERING.KEYS_NOT_TOLD` */
export function checkKeys(side: Side, asksForKeys: boolean): void {
  if (side === 'provider' && asksForKeys) throw meteringErrors.KEYS_NOT_TOLD({});
}

/**
 * A period as a range of ids, which carry the time of admission and are what the table is cut and indexed by.
 * @throws AppError `METERING.PERIOD_INVALID`
 */
export function idRange({ from, to }: Period): { gte?: string; lt?: string } {
  if (from && to && from >= to) throw meteringErrors.PERIOD_INVALID({});
  return { ...(from ? { gte: idBound(from) } : {}), ...(to ? { lt: idBound(to) } : {}) };
}

/** The least UUID version 7 of a time. Times before 1970 mean the beginning. */
export function idBound(time: Date): string {
  const hex = Math.max(time.getTime(), 0).toString(16).padStart(12, '0').slice(-12);
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
