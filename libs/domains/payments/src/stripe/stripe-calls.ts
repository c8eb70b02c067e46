import { openStripe, type StripePlace } from './ask.js';
import { PaymentCalls } from './payment-calls.js';
import { PayoutCalls } from './payout-calls.js';
import { RecordCalls } from './record-calls.js';

/**
 * All that Stripe is asked: the one place that knows the stripe package. Every call throws AppErrors alone: `PAYMENTS.STRIPE_REFUSED` did not
 * happen, `STRIPE_UNKNOWN` may have, `STRIPE_BUSY` and `STRIPE_KEY_REFUSED` did not and may be sent again.
 */
export class StripeCalls {
  readonly payments: PaymentCalls;
  readonly payouts: PayoutCalls;
  readonly records: RecordCalls;
  /** Real money; the other mode is Stripe's sandbox. */
  readonly isLive: boolean;

  constructor(place: StripePlace) {
    const { ask, stripe } = openStripe(place);
    this.payments = new PaymentCalls(ask);
    this.payouts = new PayoutCalls(ask);
    this.records = new RecordCalls(ask, stripe);
    this.isLive = /^[sr]k_live_/.test(place.secretKey);
  }
}
