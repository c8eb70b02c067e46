import { termsOf, type PriceRow } from './price-row.js';
import type { VersionPrice } from '../versions/version.js';

/**
 * As SQL, of `model_version v`: what it costs now, and from when on it costs what, as JSON, the earliest first. Of two rows of the same
 * moment the newer counts.
 */
export const PROMISED_PRICES = `(
  SELECT json_agg(json_build_object('id', q.id, 'currency', q.currency, 'components', q.components, 'free', q.free,
                                    'effectiveAtMs', (extract(epoch FROM q.effective_at) * 1000)::bigint) ORDER BY q.effective_at)
    FROM (SELECT DISTINCT ON (p.effective_at) p.* FROM price p
           WHERE p.tenant_id = v.tenant_id AND p.version_id = v.id
             AND p.effective_at >= (SELECT max(i.effective_at) FROM price i WHERE i.tenant_id = v.tenant_id AND i.version_id = v.id AND i.effective_at <= now())
           ORDER BY p.effective_at, p.id DESC) q)`;

/** What {@link PROMISED_PRICES} gives. */
export type PromisedPrices = readonly (PriceRow & { readonly effectiveAtMs: number })[];

export function readPromised(rows: PromisedPrices): [inForce: VersionPrice, ...announced: VersionPrice[]] {
  return rows.map((row) => ({ id: row.id, effectiveAtMs: row.effectiveAtMs, ...termsOf(row) })) as [VersionPrice, ...VersionPrice[]];
}
