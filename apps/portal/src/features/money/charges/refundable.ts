import { parseNano } from '@steelyard/kernel/pricing';
import type { PaidPayment } from './organization-refunds';

/** What of a payment has not gone back, by refund or dispute; the wallet may have less. */
export function refundableNano({ amountNano, refunded, disputes }: PaidPayment): bigint {
  return disputes.reduce((left, { withdrawn }) => left - parseNano(withdrawn), BigInt(amountNano) - parseNano(refunded));
}
