/** What happens to a payment with a card. */
export interface CardBehaviour {
  readonly number: string;
  readonly brand: 'visa' | 'mastercard' | 'amex';
  /** It cannot be saved, with this decline. */
  readonly attachDecline?: string;
  /** It cannot be charged, with this code and reason. */
  readonly decline?: { readonly code: string; readonly reason: string; readonly message: string };
  /** `always`, or only until it was saved for later by someone who was there. */
  readonly authentication?: 'always' | 'unless-set-up';
  /** The owner disputes each payment at once. */
  readonly disputes?: true;
  /** The money is there at once instead of in two days. */
  readonly availableAtOnce?: true;
  /** A refund that seemed to work fails. */
  readonly refundFails?: true;
}

const declined = (reason: string, message = 'Your card was declined.') => ({ code: 'card_declined', reason, message });

/** Stripe's own test cards, by the names of their payment methods. https://docs.stripe.com/testing */
export const testCards: Readonly<Record<string, CardBehaviour>> = {
  pm_card_visa: { number: '4242424242424242', brand: 'visa' },
  pm_card_mastercard: { number: '5555555555554444', brand: 'mastercard' },
  pm_card_amex: { number: '378282246310005', brand: 'amex' },
  pm_card_bypassPending: { number: '4000000000000077', brand: 'visa', availableAtOnce: true },
  pm_card_chargeDeclined: { number: '4000000000000002', brand: 'visa', attachDecline: 'generic_decline', decline: declined('generic_decline') },
  pm_card_chargeCustomerFail: { number: '4000000000000341', brand: 'visa', decline: declined('generic_decline') },
  pm_card_visa_chargeDeclinedInsufficientFunds: { number: '4000000000009995', brand: 'visa', attachDecline: 'insufficient_funds', decline: declined('insufficient_funds', 'Your card has insufficient funds.') },
  pm_card_chargeDeclinedExpiredCard: {
    number: '4000000000000069',
    brand: 'visa',
    attachDecline: 'expired_card',
    decline: { code: 'expired_card', reason: 'expired_card', message: 'Your card has expired.' },
  },
  pm_card_authenticationRequired: { number: '4000002760003184', brand: 'visa', authentication: 'always' },
  pm_card_authenticationRequiredOnSetup: { number: '4000002500003155', brand: 'visa', authentication: 'unless-set-up' },
  pm_card_createDispute: { number: '4000000000000259', brand: 'visa', disputes: true },
  pm_card_refundFail: { number: '4000000000005126', brand: 'visa', refundFails: true },
};

export function cardOfNumber(number: string): CardBehaviour | undefined {
  return Object.values(testCards).find((card) => card.number === number.replaceAll(' ', ''));
}
