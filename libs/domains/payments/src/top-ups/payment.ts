import type { Payment as PaymentRow } from '@steelyard/platform-database';

/** `checkout`: on a page of Stripe's, which saves the card. `saved`: a card that was saved, without its holder. */
export type PaymentMethod = 'checkout' | 'saved';

/** `pending`: Stripe has not been heard of. `open`: waits for the payer. Only `succeeded` puts money into the wallet. */
export type PaymentState = 'pending' | 'open' | 'processing' | 'succeeded' | 'failed' | 'canceled';

export type Payment = Omit<PaymentRow, 'method' | 'state'> & { readonly method: PaymentMethod; readonly state: PaymentState };

const KEY_PREFIX = 'topup:';

export function topUpKey(paymentId: string): string {
  return KEY_PREFIX + paymentId;
}

/** The payment that an object of Stripe's was made for. */
export function paymentIdOf(key: string | undefined): string | undefined {
  return key?.startsWith(KEY_PREFIX) ? key.slice(KEY_PREFIX.length) : undefined;
}
