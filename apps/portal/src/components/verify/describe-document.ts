import { NANO_PER_CENT, type IssuedDocument } from '@steelyard/invoice';

export interface DocumentHead {
  readonly kind: IssuedDocument['header']['kind'];
  readonly number: string;
  /** yyyymm */
  readonly period: number;
  readonly organization: string;
  /** What was to be paid, given back or earned. */
  readonly nano: bigint;
  readonly currency: string;
  readonly hash: string;
  readonly previousHash: string | undefined;
}

/**
 * What stands at the top of a document, or nothing: a file is whatever somebody has dropped, and adding up says nothing of fields that nothing is
 * computed from.
 */
export function describeDocument(document: IssuedDocument | undefined): DocumentHead | undefined {
  const given = document as Loose<IssuedDocument> | undefined;
  const { kind, period, currency } = given?.header ?? {};
  const { number, hash, previousHash } = given ?? {};
  const organization = given?.organization?.name;
  const nano = amountOf(given?.result ?? {});
  if (!kind || !isMonth(period) || nano === undefined) return undefined;
  if (typeof number !== 'string' || typeof organization !== 'string' || typeof hash !== 'string') return undefined;
  if (typeof currency !== 'string' || !/^[a-z]{3}$/.test(currency)) return undefined;
  return { kind, number, period, organization, nano, currency, hash, previousHash: typeof previousHash === 'string' ? previousHash : undefined };
}

type Loose<T> = { readonly [K in keyof T]?: T[K] extends object ? Loose<T[K]> : T[K] };

function amountOf({ totalCents, netNano }: { totalCents?: unknown; netNano?: unknown }): bigint | undefined {
  if (isWhole(totalCents)) return BigInt(totalCents) * NANO_PER_CENT;
  return isWhole(netNano) ? BigInt(netNano) : undefined;
}

const isWhole = (value: unknown): value is string => typeof value === 'string' && /^-?\d{1,30}$/.test(value);

const isMonth = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 197_001 && (value as number) <= 999_912;
