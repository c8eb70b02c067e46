import type Stripe from 'stripe';
import { page } from '../../state/list.js';
import { mergeMetadata } from '../../state/metadata.js';
import { invalid, StripeFailure } from '../../state/stripe-failure.js';
import type { World } from '../../state/world.js';
import type { Handlers } from '../handlers.js';
import { cardOfNumber, testCards, type CardBehaviour } from './test-cards.js';

type Names = `paymentMethods.${'create' | 'retrieve' | 'attach' | 'detach' | 'list'}`;

const EXPIRY = { exp_month: 12, exp_year: 2034 };
const behaviours = new WeakMap<Stripe.PaymentMethod, CardBehaviour>();

export function paymentMethods(world: World): Handlers<Names> {
  const { store } = world;
  return {
    'paymentMethods.create': ({ type, card, metadata, billing_details: _billing }) => {
      if (type !== 'card' || !card) throw invalid('The double makes payment methods of the type card, from a test number or a test token.', { param: 'type' });
      const behaviour = 'number' in card ? cardOfNumber(card.number ?? '') : testCards[(card as { token?: string }).token?.replace('tok_', 'pm_card_') ?? ''];
      if (!behaviour) throw new StripeFailure(402, { type: 'card_error', code: 'incorrect_number', message: 'Your card number is incorrect.', param: 'number' });
      return create(world, behaviour, mergeMetadata(null, metadata));
    },
    'paymentMethods.retrieve': (_params, id) => store.get('payment_method', id),
    'paymentMethods.attach': ({ customer }, id) => {
      if (!customer) throw invalid('Missing required param: customer.', { code: 'parameter_missing', param: 'customer' });
      return attach(world, id, customer);
    },
    'paymentMethods.detach': (_params, id) => {
      const method = store.get('payment_method', id);
      if (!method.customer) throw invalid('The payment method you provided is not attached to a customer so detachment is impossible.');
      method.customer = null;
      world.emit('payment_method.detached', method);
      return method;
    },
    'paymentMethods.list': ({ customer, type, ...params }) => {
      const theirs = store.all('payment_method').filter((method) => method.customer === (customer ?? null) && (type ?? method.type) === method.type);
      return page(theirs, params, '/v1/payment_methods');
    },
  };
}

/** The payment method of that id; a test token makes a new one, as it does at Stripe. */
export function resolvePaymentMethod(world: World, id: string): Stripe.PaymentMethod {
  const token = testCards[id];
  return token ? create(world, token, {}) : world.store.get('payment_method', id);
}

export function behaviourOf(method: Stripe.PaymentMethod): CardBehaviour {
  return behaviours.get(method)!;
}

/** Saves a payment method with a customer. @throws {StripeFailure} 402 for cards that cannot be saved, 400 for one of another customer. */
export function attach(world: World, id: string, customer: string): Stripe.PaymentMethod {
  const method = resolvePaymentMethod(world, id);
  world.store.get('customer', customer);
  const { attachDecline, decline } = behaviourOf(method);
  if (attachDecline) throw new StripeFailure(402, { type: 'card_error', code: decline!.code, decline_code: attachDecline, message: decline!.message });
  if (method.customer && method.customer !== customer) throw invalid('The payment method you provided has already been attached to a customer.');
  method.customer = customer;
  world.emit('payment_method.attached', method);
  return method;
}

function create(world: World, behaviour: CardBehaviour, metadata: Stripe.Metadata): Stripe.PaymentMethod {
  const last4 = behaviour.number.slice(-4);
  const card = { brand: behaviour.brand, country: 'US', display_brand: behaviour.brand, funding: 'credit', last4, ...EXPIRY };
  const nothing = { checks: null, generated_from: null, networks: null, regulated_status: null, three_d_secure_usage: null, wallet: null };
  const method = world.create('payment_method', { type: 'card', card: { ...card, ...nothing }, metadata });
  behaviours.set(method, behaviour);
  return method;
}
