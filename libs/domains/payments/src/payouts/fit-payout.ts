import type { Tx } from '@steelyard/platform-database';
import { floorToCents } from '../cents.js';
import { payableOf } from './net-earnings.js';
import type { Payout } from './payout.js';

/** Said of a payout of which nothing can be paid now. */
const NOTHING_NOW = 'Nothing of it can be paid now: its calls were taken back, or consumers have not paid for them. It is looked at again by itself.';

/**
 * Sets a payout that waits, and whose row is locked, to what can be paid of it now: calls may have been taken back since it was made, and payments too. What
 * it loses goes with a later month's. Of which nothing can be paid, it waits as it is.
 * @returns it as it is then; `undefined` where nothing of it can be paid
 */
export async function fitPayout(tx: Tx, payout: Payout): Promise<Payout | undefined> {
  const payableNano = floorToCents(await payableOf(tx, payout));
  const isNothing = payableNano <= 0n;
  const amountNano = isNothing || payableNano > payout.amountNano ? payout.amountNano : payableNano;
  const failure = isNothing ? NOTHING_NOW : null;
  const isOther = amountNano !== payout.amountNano || failure !== payout.failure;
  const fitted = isOther ? ((await tx.payout.update({ where: { id: payout.id }, data: { amountNano, failure } })) as Payout) : payout;
  return isNothing ? undefined : fitted;
}
