import type Stripe from 'stripe';
import { page } from '../../state/list.js';
import { mergeMetadata } from '../../state/metadata.js';
import { invalid } from '../../state/stripe-failure.js';
import type { World } from '../../state/world.js';
import { confirm } from './confirm-payment.js';
import type { Handlers } from '../handlers.js';
import { create as createIntent } from './payment-intents.js';
import { attach, resolvePaymentMethod } from './payment-methods.js';
import { finishSetup } from './setup-intents.js';

type Names = `checkout.sessions.${'create' | 'retrieve' | 'list' | 'expire'}`;
type CreateParams = Stripe.Checkout.SessionCreateParams;

const EXPIRES_AFTER_S = 86_400;
const intentsToMake = new WeakMap<Stripe.Checkout.Session, CreateParams['payment_intent_data']>();

export function checkoutSessions(world: World): Handlers<Names> {
  const { store } = world;
  return {
    'checkout.sessions.create': (params) => create(world, params),
    'checkout.sessions.retrieve': (_params, id) => store.get('checkout.session', id),
    'checkout.sessions.list': ({ customer, payment_intent, status, ...params }) => {
      const wanted = { customer, payment_intent, status };
      const matching = store.all('checkout.session').filter((session) => Object.entries(wanted).every(([name, value]) => value === undefined || session[name as keyof typeof wanted] === value));
      return page(matching, params, '/v1/checkout/sessions');
    },
    'checkout.sessions.expire': (_params, id) => {
      const session = store.get('checkout.session', id);
      if (session.status !== 'open') throw invalid('Only Checkout Sessions with a status in ["open"] can be expired.', { code: 'checkout_session_not_open' });
      return expire(world, session);
    },
  };
}

function create(world: World, params: CreateParams): Stripe.Checkout.Session {
  const { mode = 'payment', success_url = null, cancel_url = null, client_reference_id = null, metadata, locale = null, payment_intent_data, setup_intent_data: _setup } = params;
  const { customer = null, customer_email = null, customer_creation, line_items = [], expires_at, currency, submit_type = null } = params;
  if (mode === 'subscription') throw invalid('The double has no subscriptions.', { param: 'mode' });
  if (mode === 'payment' && line_items.length === 0) throw invalid('You must provide line_items in payment mode.', { code: 'parameter_missing', param: 'line_items' });
  if (customer) world.store.get('customer', customer);
  const total = line_items.reduce((sum, item) => sum + amountOf(item), 0);
  const session = world.create('checkout.session', {
    mode,
    status: 'open',
    payment_status: mode === 'setup' ? 'no_payment_required' : 'unpaid',
    customer,
    customer_email,
    customer_creation: customer_creation ?? (customer || mode === 'setup' ? null : 'if_required'),
    client_reference_id,
    metadata: mergeMetadata(null, metadata),
    locale,
    submit_type,
    success_url,
    cancel_url,
    payment_method_types: ['card'],
    currency: currency ?? line_items[0]?.price_data?.currency ?? null,
    amount_subtotal: mode === 'payment' ? total : null,
    amount_total: mode === 'payment' ? total : null,
    expires_at: expires_at ?? world.nowS() + EXPIRES_AFTER_S,
    ui_mode: 'hosted_page',
  });
  session.url = `${world.url}/checkout/${session.id}`;
  intentsToMake.set(session, payment_intent_data);
  if (mode === 'setup') session.setup_intent = world.create('setup_intent', { customer, status: 'requires_payment_method', usage: 'off_session', payment_method_types: ['card'], metadata: {} }).id;
  return session;
}

/** Somebody pays on the hosted page by a way whose bank takes days. The page is gone; `finish` says what the bank has said. */
export function payLater(world: World, id: string): Stripe.Checkout.Session {
  const session = world.store.get('checkout.session', id);
  if (session.status !== 'open' || session.mode !== 'payment') throw invalid(`The Checkout Session is ${session.status}, in mode ${session.mode}.`);
  const intent = intentFor(world, session);
  intent.status = 'processing';
  Object.assign(session, { status: 'complete', url: null, payment_status: 'unpaid' });
  world.emit('payment_intent.processing', intent);
  world.emit('checkout.session.completed', session);
  return session;
}

/** The bank of somebody who has paid by `payLater` pays, or does not. The double knows cards alone, so a card plays the account at the bank. */
export function finish(world: World, id: string, outcome: 'paid' | 'refused'): void {
  const session = world.store.get('checkout.session', id);
  const intent = world.store.get('payment_intent', session.payment_intent as string);
  if (intent.status !== 'processing') throw invalid(`The PaymentIntent is ${intent.status}.`);
  if (outcome === 'paid') {
    intent.payment_method = resolvePaymentMethod(world, 'pm_card_visa').id;
    confirm(world, intent, { isOffSession: false, isAuthenticated: true });
    session.payment_status = 'paid';
    world.emit('checkout.session.async_payment_succeeded', session);
    return;
  }
  const error = { type: 'invalid_request_error', code: 'payment_intent_payment_attempt_failed', message: 'The payment failed because the account of the customer has not enough money.' };
  Object.assign(intent, { status: 'requires_payment_method', payment_method: null, last_payment_error: error });
  world.emit('payment_intent.payment_failed', intent);
  world.emit('checkout.session.async_payment_failed', session);
}

/** Somebody pays on the hosted page. The session stays open if the card declines. @throws {StripeFailure} 402 if it does */
export function pay(world: World, id: string, card = 'pm_card_visa'): Stripe.Checkout.Session {
  const session = world.store.get('checkout.session', id);
  if (session.status !== 'open') throw invalid(`The Checkout Session is ${session.status}.`);
  session.customer ??= session.customer_creation === 'always' ? world.create('customer', { email: session.customer_email, metadata: {} }).id : null;
  if (session.mode === 'setup') finishSetup(world, session.setup_intent as string, card);
  else payIntent(world, session, card);
  const email = session.customer_email ?? 'somebody@example.test';
  session.customer_details = { address: null, business_name: null, email, individual_name: null, name: null, phone: null, tax_exempt: 'none', tax_ids: [] };
  Object.assign(session, { status: 'complete', url: null, payment_status: session.mode === 'setup' ? 'no_payment_required' : 'paid' });
  world.emit('checkout.session.completed', session);
  return session;
}

export function expire(world: World, session: Stripe.Checkout.Session): Stripe.Checkout.Session {
  Object.assign(session, { status: 'expired', url: null });
  world.emit('checkout.session.expired', session);
  return session;
}

/** Sessions that nobody paid in time. */
export function expireOverdue(world: World): void {
  for (const session of world.store.all('checkout.session')) if (session.status === 'open' && session.expires_at <= world.nowS()) expire(world, session);
}

function payIntent(world: World, session: Stripe.Checkout.Session, card: string): void {
  const intent = intentFor(world, session);
  intent.payment_method = resolvePaymentMethod(world, card).id;
  confirm(world, intent, { isOffSession: false, isAuthenticated: true });
  const customer = session.customer as string | null;
  if (customer && intent.setup_future_usage && !world.store.get('payment_method', intent.payment_method).customer) attach(world, intent.payment_method, customer);
}

/** The intent is made when somebody pays, as Stripe does it: until then a session has none. A second try pays the same intent. */
function intentFor(world: World, session: Stripe.Checkout.Session): Stripe.PaymentIntent {
  const customer = (session.customer as string | null) ?? undefined;
  const { metadata, description, setup_future_usage, capture_method, transfer_group, receipt_email } = intentsToMake.get(session) ?? {};
  const known = session.payment_intent as string | null;
  const intent = known
    ? world.store.get('payment_intent', known)
    : createIntent(world, { amount: session.amount_total!, currency: session.currency!, customer, metadata, description, setup_future_usage, capture_method, transfer_group, receipt_email });
  session.payment_intent = intent.id;
  return intent;
}

function amountOf({ price_data, quantity = 1, price }: Stripe.Checkout.SessionCreateParams.LineItem): number {
  if (price !== undefined || price_data?.unit_amount === undefined) throw invalid('The double prices line items by `price_data` with a `unit_amount`.', { param: 'line_items' });
  return price_data.unit_amount * quantity;
}
