import type { ResolvedVersion, VersionPrice } from '../versions/version.js';

/** What a version costs at a moment, which is not before it was read: by the clock, however long it has been kept. */
export function priceAt({ price, announced }: Pick<ResolvedVersion, 'price' | 'announced'>, nowMs: number): VersionPrice {
  return announced.findLast(({ effectiveAtMs }) => effectiveAtMs <= nowMs) ?? price;
}

/** The version as a call of this moment finds it. */
export function pricedAt(version: ResolvedVersion, nowMs: number): ResolvedVersion {
  const price = priceAt(version, nowMs);
  return price === version.price ? version : { ...version, price };
}
