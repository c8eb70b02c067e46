import { defineErrors } from '@steelyard/kernel';

const GUIDE = 'docs/guides/stripe.md';

export const paymentErrors = defineErrors('PAYMENTS', {
  NOT_CONFIGURED: {
    kind: 'not-configured',
    message: () => 'payments are not configured on this server, so no real money can be moved',
    fix: `The operator sets STEELYARD_STRIPE_SECRET_KEY and STEELYARD_STRIPE_WEBHOOK_SECRET, as ${GUIDE} says. Until then the operator gives credit, and marks payouts as paid by hand.`,
  },
  AMOUNT_INVALID: {
    kind: 'invalid',
    message: (p: { amount: string; minimum: string; maximum: string }) => `"${p.amount}" is not an amount that can be paid: it must be whole cents from ${p.minimum} to ${p.maximum}`,
    fix: 'Write a decimal number such as 25.00.',
  },
  CURRENCY_UNSUPPORTED: {
    kind: 'invalid',
    message: (p: { currency: string; supported: string }) => `this server takes payments in ${p.supported}, not in ${p.currency}`,
  },
  KEY_INVALID: { kind: 'invalid', message: () => 'an idempotency key has 1 to 200 characters', fix: 'Send a UUID, and the same one when you send the payment again.' },
  KEY_CONFLICT: {
    kind: 'conflict',
    message: (p: { paymentId: string }) => `this idempotency key is that of payment ${p.paymentId}, which has another amount, currency or method`,
    fix: 'Make a new idempotency key for a new payment.',
  },
  ID_INVALID: { kind: 'invalid', message: (p: { id: string }) => `"${p.id}" is no UUID`, fix: 'Leave the id out, or make a UUID.' },
  RETURN_PATH_INVALID: { kind: 'invalid', message: () => 'the path to come back to must be one of the portal: a slash, then no second one' },
  NO_SAVED_METHOD: {
    kind: 'unprocessable',
    message: () => 'no card is saved to charge without the payer',
    fix: 'Pay by checkout once; that saves the card.',
  },
  PAYMENT_NOT_FOUND: { kind: 'not-found', message: (p: { id: string }) => `there is no payment ${p.id}` },
  PAYMENT_NOT_PAID: { kind: 'conflict', message: (p: { id: string; state: string }) => `payment ${p.id} is ${p.state}, so there is nothing to refund` },
  REFUND_ABOVE_PAYMENT: {
    kind: 'conflict',
    message: (p: { asked: string; left: string }) => `${p.asked} cannot be refunded: ${p.left} of the payment is left`,
    fix: 'Refund what is left, or less.',
  },
  REFUND_ABOVE_BALANCE: {
    kind: 'conflict',
    message: (p: { asked: string }) => `${p.asked} cannot be refunded: the wallet has less than that available, because it was spent or is held for calls under way`,
    fix: 'Refund less, or give credit first.',
  },
  PERIOD_INVALID: { kind: 'invalid', message: (p: { period: number }) => `${p.period} is no month`, fix: 'Write year and month, such as 202611.' },
  PERIOD_OPEN: {
    kind: 'conflict',
    message: (p: { period: number }) => `usage may still be written to ${p.period}, so nobody can be paid for it yet`,
    fix: 'Close the month, once it is over.',
  },
  EMAIL_INVALID: { kind: 'invalid', message: (p: { email: string }) => `"${p.email}" is no e-mail address` },
  COUNTRY_INVALID: { kind: 'invalid', message: (p: { country: string }) => `"${p.country}" is no country code`, fix: 'Write the two letters of ISO 3166, such as US.' },
  PAYOUT_NOT_FOUND: { kind: 'not-found', message: (p: { id: string }) => `there is no payout ${p.id}` },
  PAYOUT_NOT_WAITING: { kind: 'conflict', message: (p: { id: string; state: string }) => `payout ${p.id} is ${p.state}; only one that is waiting, or was refused by Stripe, can be marked as paid` },
  PAYOUT_NOT_PAID: { kind: 'conflict', message: (p: { id: string; state: string }) => `payout ${p.id} is ${p.state}, or was paid by hand; only one that Stripe has paid can be reversed` },
  PAYOUT_NOT_COVERED: { kind: 'conflict', message: (p: { id: string }) => `payout ${p.id} is more than the provider is owed now`, fix: 'Look at it again: one that waits is set to what can be paid now. Pay that, and mark it then.' },
  REFERENCE_MISSING: { kind: 'invalid', message: () => 'say how it was paid, so that it can be found again', fix: 'Give the reference of the bank transfer.' },
  OPERATION_NOT_FOUND: { kind: 'not-found', message: (p: { id: string }) => `there is no operation ${p.id}` },
  OPERATION_NOT_STUCK: { kind: 'conflict', message: (p: { key: string; state: string }) => `${p.key} is ${p.state}; only what is stuck is to be resolved` },
  REASON_MISSING: { kind: 'invalid', message: () => 'say why, for whoever reads it later' },
  GIVEN_UP: { kind: 'conflict', message: (p: { reason: string }) => `the operator gave it up: ${p.reason}` },
  DAY_INVALID: { kind: 'invalid', message: (p: { day: string }) => `"${p.day}" is no day that is over`, fix: 'Write a day in UTC before today, such as 2026-11-29.' },
  NOT_READY: { kind: 'unavailable', message: (p: { what: string }) => `${p.what} has to be there first, and is not yet` },
  SAYS_OTHERWISE: {
    kind: 'internal',
    message: (p: { subject: string; theirs: string; ours: string }) => `Stripe says ${p.theirs} of ${p.subject}, which is ${p.ours} here; nothing was posted`,
  },
  EVENT_INVALID: { kind: 'invalid', message: () => 'the body is no event of Stripe' },
  STRIPE_REFUSED: {
    kind: 'unprocessable',
    message: (p: { reason: string; code?: string | undefined; requestId?: string | undefined }) => `Stripe refused: ${p.reason}`,
  },
  STRIPE_UNKNOWN: {
    kind: 'unavailable',
    message: (p: { reason: string; requestId?: string | undefined }) => `it is not known what Stripe did: ${p.reason}`,
    fix: 'Nothing has to be done: it is looked up and finished by itself. Asking again with the same key is safe.',
  },
  LOOK_UP_REFUSED: {
    kind: 'unavailable',
    message: (p: { reason: string }) => `Stripe does not let it be looked up, so it is not known whether it was done: ${p.reason}`,
    fix: 'The operator sees to it that STEELYARD_STRIPE_SECRET_KEY is a key of the account that was asked. It is looked up again by itself, for a day; then the operator resolves it.',
  },
  STRIPE_BUSY: { kind: 'rate-limited', message: () => 'Stripe takes no more requests at the moment; it is tried again by itself' },
  STRIPE_KEY_REFUSED: {
    kind: 'unavailable',
    message: (p: { reason: string }) => `Stripe does not take this server's key: ${p.reason}`,
    fix: `The operator sets STEELYARD_STRIPE_SECRET_KEY to a key that may do this; see ${GUIDE}.`,
  },
});
