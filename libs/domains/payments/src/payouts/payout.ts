import { isId } from '@steelyard/kernel';
import type { Payout as PayoutRow, Tx } from '@steelyard/platform-database';

/**
 * `waiting`: for the provider's set-up, or to be paid by hand. From `sending` on the money has left what the provider is owed; of `failed` and
 * `reversed` it is back, and goes with the next month's. One that `failed` may be paid by hand before.
 */
export type PayoutState = 'waiting' | 'sending' | 'paid' | 'failed' | 'reversing' | 'reversed';

export type Payout = Omit<PayoutRow, 'state' | 'method'> & { readonly state: PayoutState; readonly method: 'stripe' | 'offline' };

/** One transfer of Stripe's per provider and month: this is its idempotency key, too. */
export function payoutKey({ tenantId, period }: Pick<PayoutRow, 'tenantId' | 'period'>): string {
  return `payout:${tenantId}:${period}`;
}

/** Which payout a key of Stripe's metadata names. */
export function payoutOfKey(key: string | undefined): { readonly tenantId: string; readonly period: number } | undefined {
  const [, tenantId = '', period = ''] = /^payout:([^:]+):(\d{6})$/.exec(key ?? '') ?? [];
  return isId(tenantId) ? { tenantId, period: Number(period) } : undefined;
}

export async function lockPayout(tx: Tx, where: { id: string } | { tenantId_period: { tenantId: string; period: number } }): Promise<Payout | undefined> {
  const found = await tx.payout.findUnique({ where, select: { id: true } });
  if (!found) return undefined;
  await tx.$queryRaw`SELECT FROM payout WHERE id = ${found.id}::uuid FOR UPDATE`;
  return (await tx.payout.findUniqueOrThrow({ where: { id: found.id } })) as Payout;
}
