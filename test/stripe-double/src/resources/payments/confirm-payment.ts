import type Stripe from 'stripe';
import { invalid, StripeFailure } from '../../state/stripe-failure.js';
import type { World } from '../../state/world.js';
import { chargeFor } from './charges.js';
import { attach, behaviourOf } from './payment-methods.js';

export interface Confirmation {
  /** The customer is not there to answer their bank. */
  readonly isOffSession: boolean;
  /** The customer has just answered their bank. */
  readonly isAuthenticated?: boolean;
}

/** Payment methods that somebody set up while they were there: some cards are charged later only then. */
const setUp = new WeakSet<Stripe.PaymentMethod>();

export function rememberSetUp(method: Stripe.PaymentMethod): void {
  setUp.add(method);
}

/** Tries to take an intent's money. @throws {StripeFailure} 402 with the intent in it, which then waits for another payment method */
export function confirm(world: World, intent: Stripe.PaymentIntent, { isOffSession, isAuthenticated = false }: Confirmation): Stripe.PaymentIntent {
  if (!intent.payment_method) throw invalid('You cannot confirm this PaymentIntent because it is missing a payment method.', { code: 'payment_intent_unexpected_state' });
  const method = world.store.get('payment_method', intent.payment_method as string);
  try {
    if (!isAuthenticated && needsAuthentication(method)) {
      if (isOffSession) throw authenticationRequired();
      return awaitAuthentication(world, intent);
    }
    chargeFor(world, intent, method);
  } catch (failure) {
    throw failure instanceof StripeFailure ? fail(world, intent, { failure, method }) : failure;
  }
  if (intent.customer && intent.setup_future_usage && !method.customer) attach(world, method.id, intent.customer as string);
  if (!isOffSession) rememberSetUp(method);
  Object.assign(intent, { last_payment_error: null, next_action: null });
  return intent.capture_method === 'manual' ? hold(world, intent) : succeed(world, intent);
}

function needsAuthentication(method: Stripe.PaymentMethod): boolean {
  const { authentication } = behaviourOf(method);
  return authentication === 'always' || (authentication === 'unless-set-up' && !setUp.has(method));
}

function authenticationRequired(): StripeFailure {
  const message = 'Your card was declined. This transaction requires authentication.';
  return new StripeFailure(402, { type: 'card_error', code: 'authentication_required', decline_code: 'authentication_required', message });
}

function awaitAuthentication(world: World, intent: Stripe.PaymentIntent): Stripe.PaymentIntent {
  intent.status = 'requires_action';
  intent.next_action = { type: 'redirect_to_url', redirect_to_url: { url: `${world.url}/authenticate/${intent.id}`, return_url: null } };
  world.emit('payment_intent.requires_action', intent);
  return intent;
}

function hold(world: World, intent: Stripe.PaymentIntent): Stripe.PaymentIntent {
  Object.assign(intent, { status: 'requires_capture', amount_capturable: intent.amount });
  world.emit('payment_intent.amount_capturable_updated', intent);
  return intent;
}

function succeed(world: World, intent: Stripe.PaymentIntent): Stripe.PaymentIntent {
  Object.assign(intent, { status: 'succeeded', amount_received: intent.amount });
  world.emit('payment_intent.succeeded', intent);
  return intent;
}

function fail(world: World, intent: Stripe.PaymentIntent, { failure, method }: { failure: StripeFailure; method: Stripe.PaymentMethod }): StripeFailure {
  const { type, code, decline_code, message, charge } = failure.error as { type: string; code: string; decline_code: string; message: string; charge?: string };
  const error = { type, code, decline_code, message, ...(charge ? { charge } : {}) };
  Object.assign(intent, { status: 'requires_payment_method', payment_method: null, last_payment_error: { ...error, payment_method: method } });
  world.emit('payment_intent.payment_failed', intent);
  return new StripeFailure(402, { ...error, payment_intent: intent, payment_method: method });
}
