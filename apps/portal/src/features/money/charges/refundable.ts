import { parseNano } from '@steelyard/kernel/pricing';
import type { OrganizationPaymentsQuery } from '../../../generated/documents';

/** A payment with what has gone back of it. */
export type PaidPayment = OrganizationPaymentsQuery['organizationPayments']['nodes'][number];

/** What of a payment has not gone back, by refund or dispute; the wallet may have less. */
export function refundableNano({ amountNano, refunded, disputes }: PaidPayment): bigint {
  return disputes.reduce((left, { withdrawn }) => left - parseNano(withdrawn), BigInt(amountNano) - parseNano(refunded));
}
