import { postTransfer } from '@steelyard/domain-ledger';
import type { Tx } from '@steelyard/platform-database';
import { paymentErrors } from '../errors.js';
import { payoutReturnPosting } from '../postings.js';
import type { StripeTransfer } from '../stripe/objects.js';
import { lockPayout, payoutOfKey, type PayoutState } from './payout.js';

/** Brings a payout to the state that Stripe has its transfer in: paid, or taken back in part or whole. */
export async function applyTransfer(tx: Tx, transfer: StripeTransfer, now: Date): Promise<string | undefined> {
  const named = payoutOfKey(transfer.key);
  const payout = named && (await lockPayout(tx, { tenantId_period: named }));
  if (!payout) return undefined;
  const { tenantId } = payout;
  if (payout.state === 'waiting' || payout.state === 'failed' || payout.method === 'offline' || transfer.amountNano !== payout.amountNano) {
    throw paymentErrors.SAYS_OTHERWISE({ subject: `payout ${payout.id}`, theirs: `a transfer ${transfer.id}`, ours: payout.method === 'offline' ? 'paid by hand' : payout.state });
  }
  // What says less than is known is older.
  if (transfer.reversedNano < payout.reversedNano) return tenantId;
  const more = transfer.reversedNano - payout.reversedNano;
  if (more > 0n) await postTransfer(tx, payoutReturnPosting({ ...payout, amountNano: more }, String(transfer.reversedNano)));
  const isBack = transfer.reversedNano >= payout.amountNano;
  const state: PayoutState = isBack ? 'reversed' : payout.state === 'reversing' ? 'reversing' : 'paid';
  await tx.payout.update({ where: { id: payout.id }, data: { state, transferId: transfer.id, reversedNano: transfer.reversedNano, settledAt: payout.settledAt ?? now } });
  return tenantId;
}
