import { flushUsage } from '@steelyard/domain-metering';
import { feeOf, newId } from '@steelyard/kernel';
import type { Database } from '@steelyard/platform-database';

/** The month that is so many away from the running one, and a moment in the middle of it. */
export const month = (offset: number): { period: number; at: number } => {
  const now = new Date();
  const at = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset, 15);
  return { at, period: new Date(at).getUTCFullYear() * 100 + new Date(at).getUTCMonth() + 1 };
};

export interface PastCalls {
  /** The handle of who called. */
  readonly consumer: string;
  readonly count: number;
  /** When the first of them was made; each next one is a millisecond later. */
  readonly at: number;
  readonly amountNano: bigint;
  readonly tag?: string;
}

/** The clock cannot be put back: calls of the only model that there is are written as metering would have written them. @returns their ids */
export async function writePastCalls(pool: Database['pool'], { consumer, count, at, amountNano, tag = '' }: PastCalls): Promise<string[]> {
  const { rows } = await pool.query<{ consumer: string; provider: string; model: string; version: string; price: string }>(
    `SELECT o.id AS consumer, p.tenant_id AS provider, v.model_id AS model, v.id AS version, p.id AS price
       FROM price AS p JOIN model_version AS v ON v.id = p.version_id, organization AS o WHERE o.handle = $1`,
    [consumer],
  );
  const ids = rows[0]!;
  const events = Array.from({ length: count }, (_, n) => newId(at + n));
  await flushUsage(pool, events.map((eventId, n) => ({
    eventId, consumerTenantId: ids.consumer, providerTenantId: ids.provider, keyId: 'key', modelId: ids.model, versionId: ids.version, priceId: ids.price, status: 'succeeded',
    unit: 'request', quantity: 1n, amountNano, feeNano: feeOf(amountNano, 1_500), currency: 'usd', tag, queueMicros: 1, computeMicros: 1, totalMicros: 1, occurredAtMs: at + n,
  })));
  return events;
}
