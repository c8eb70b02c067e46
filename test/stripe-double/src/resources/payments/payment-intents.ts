import type Stripe from 'stripe';
import { page } from '../../state/list.js';
import { mergeMetadata } from '../../state/metadata.js';
import { invalid } from '../../state/stripe-failure.js';
import type { World } from '../../state/world.js';
import { capture } from './charges.js';
import { confirm } from './confirm-payment.js';
import { stated } from './customers.js';
import type { Handlers } from '../handlers.js';
import { resolvePaymentMethod } from './payment-methods.js';
import { search } from '../../state/search.js';

type Names = `paymentIntents.${'create' | 'retrieve' | 'update' | 'confirm' | 'capture' | 'cancel' | 'list' | 'search'}`;

const AMOUNT_MIN = 50;

export function paymentIntents(world: World): Handlers<Names> {
  const { store } = world;
  return {
    'paymentIntents.create': (params) => create(world, params),
    'paymentIntents.retrieve': (_params, id) => store.get('payment_intent', id),
    'paymentIntents.update': ({ amount, description, metadata, customer, payment_method, transfer_group }, id) => {
      const intent = store.get('payment_intent', id);
      if (amount !== undefined) require(intent, ['requires_payment_method', 'requires_confirmation', 'requires_action'], 'updated');
      Object.assign(intent, stated({ amount, description, customer, transfer_group }), { metadata: mergeMetadata(intent.metadata, metadata) });
      if (payment_method) usePaymentMethod(world, intent, payment_method);
      return intent;
    },
    'paymentIntents.confirm': ({ payment_method, off_session, return_url: _url, setup_future_usage }, id) => {
      const intent = store.get('payment_intent', id);
      require(intent, ['requires_payment_method', 'requires_confirmation', 'requires_action'], 'confirmed');
      if (setup_future_usage) intent.setup_future_usage = setup_future_usage;
      if (payment_method) usePaymentMethod(world, intent, payment_method);
      return confirm(world, intent, { isOffSession: Boolean(off_session) });
    },
    'paymentIntents.capture': ({ amount_to_capture, metadata }, id) => {
      const intent = store.get('payment_intent', id);
      require(intent, ['requires_capture'], 'captured');
      const amount = amount_to_capture ?? intent.amount;
      if (amount > intent.amount_capturable) throw invalid('The payment could not be captured because the requested capture amount is greater than the authorized amount.', { code: 'amount_too_large' });
      const charge = store.get('charge', intent.latest_charge as string);
      capture(world, charge, amount);
      Object.assign(intent, { status: 'succeeded', amount_received: amount, amount_capturable: 0, metadata: mergeMetadata(intent.metadata, metadata) });
      world.emit('charge.captured', charge);
      world.emit('payment_intent.succeeded', intent);
      return intent;
    },
    'paymentIntents.cancel': ({ cancellation_reason = null }, id) => {
      const intent = store.get('payment_intent', id);
      require(intent, ['requires_payment_method', 'requires_capture', 'requires_confirmation', 'requires_action'], 'canceled');
      Object.assign(intent, { status: 'canceled', canceled_at: world.nowS(), cancellation_reason, amount_capturable: 0 });
      world.emit('payment_intent.canceled', intent);
      return intent;
    },
    'paymentIntents.list': ({ customer, ...params }) => {
      const theirs = store.all('payment_intent').filter((intent) => (customer ?? intent.customer) === intent.customer);
      return page(theirs, params, '/v1/payment_intents');
    },
    'paymentIntents.search': (params) => search(store.all('payment_intent'), params, '/v1/payment_intents/search'),
  };
}

/** @throws {StripeFailure} 400 for what cannot be; 402 if it is confirmed at once and the card declines */
export function create(world: World, params: Stripe.PaymentIntentCreateParams): Stripe.PaymentIntent {
  const { amount, currency, customer = null, description = null, metadata, payment_method, confirm: isConfirmed, off_session, capture_method = 'automatic_async' } = params;
  const { setup_future_usage = null, transfer_group = null, receipt_email = null, automatic_payment_methods, return_url: _url, statement_descriptor_suffix = null } = params;
  const { allowed_payment_method_types = null } = params;
  if (!Number.isInteger(amount)) throw invalid(`Invalid integer: ${amount}`, { code: 'parameter_invalid_integer', param: 'amount' });
  if (amount < AMOUNT_MIN) throw invalid(`Amount must be at least ${AMOUNT_MIN} of the smallest unit of ${currency}.`, { code: 'amount_too_small', param: 'amount' });
  if (customer) world.store.get('customer', customer);
  if (off_session && !isConfirmed) throw invalid('You cannot use `off_session` without `confirm: true`.', { param: 'off_session' });
  const id = world.newId('pi');
  const intent = world.create('payment_intent', {
    id,
    amount,
    currency: currency.toLowerCase(),
    customer,
    description,
    metadata: mergeMetadata(null, metadata),
    client_secret: world.newId(`${id}_secret`),
    capture_method,
    confirmation_method: 'automatic',
    setup_future_usage: setup_future_usage || null,
    transfer_group,
    receipt_email: receipt_email || null,
    statement_descriptor_suffix: statement_descriptor_suffix || null,
    payment_method_types: ['card'],
    allowed_payment_method_types,
    automatic_payment_methods: automatic_payment_methods?.enabled ? { enabled: true, allow_redirects: automatic_payment_methods.allow_redirects ?? 'always' } : null,
    status: 'requires_payment_method',
  });
  if (payment_method) usePaymentMethod(world, intent, payment_method);
  world.emit('payment_intent.created', intent);
  return isConfirmed ? confirm(world, intent, { isOffSession: Boolean(off_session) }) : intent;
}

function usePaymentMethod(world: World, intent: Stripe.PaymentIntent, id: string): void {
  const method = resolvePaymentMethod(world, id);
  if (method.customer && method.customer !== intent.customer) {
    throw invalid('The provided PaymentMethod cannot be attached. To reuse a PaymentMethod, you must pass the customer it is attached to.', { param: 'payment_method' });
  }
  intent.payment_method = method.id;
  intent.status = 'requires_confirmation';
}

function require(intent: Stripe.PaymentIntent, statuses: readonly Stripe.PaymentIntent.Status[], verb: string): void {
  if (statuses.includes(intent.status)) return;
  throw invalid(`This PaymentIntent could not be ${verb} because it has a status of ${intent.status}.`, { code: 'payment_intent_unexpected_state', payment_intent: intent });
}

/** The customer answers their bank: what waited for it is charged. */
export function authenticate(world: World, id: string): Stripe.PaymentIntent {
  const intent = world.store.get('payment_intent', id);
  require(intent, ['requires_action'], 'authenticated');
  return confirm(world, intent, { isOffSession: false, isAuthenticated: true });
}
