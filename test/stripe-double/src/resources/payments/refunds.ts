import type Stripe from 'stripe';
import { page } from '../../state/list.js';
import { mergeMetadata } from '../../state/metadata.js';
import { invalid } from '../../state/stripe-failure.js';
import type { World } from '../../state/world.js';
import { move } from '../records/balance.js';
import type { Handlers } from '../handlers.js';
import { behaviourOf } from './payment-methods.js';

export function refunds(world: World): Handlers<'refunds.create' | 'refunds.retrieve' | 'refunds.list'> {
  const { store } = world;
  return {
    'refunds.create': (params) => refund(world, params),
    'refunds.retrieve': (_params, id) => store.get('refund', id),
    'refunds.list': ({ charge, payment_intent, ...params }) => {
      if (payment_intent) store.get('payment_intent', payment_intent);
      const matching = store.all('refund').filter((made) => (charge ?? made.charge) === made.charge && (payment_intent ?? made.payment_intent) === made.payment_intent);
      return page(matching, params, '/v1/refunds');
    },
  };
}

function refund(world: World, params: Stripe.RefundCreateParams): Stripe.Refund {
  const charge = chargeToRefund(world, params);
  const left = charge.amount_captured - charge.amount_refunded;
  const { amount = left, reason = null, metadata } = params;
  if (charge.disputed) throw invalid(`Charge ${charge.id} has been charged back; cannot issue a refund.`, { code: 'charge_disputed' });
  if (left === 0) throw invalid(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' });
  if (amount > left) throw invalid(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`, { param: 'amount' });
  if (amount <= 0) throw invalid('This value must be greater than or equal to 1.', { code: 'parameter_invalid_integer', param: 'amount' });
  const { currency, customer, payment_intent, payment_method } = charge;
  const id = world.newId('re');
  const entry = move(world, { type: 'refund', amount: -amount, currency, source: id });
  const made = world.create('refund', { id, amount, currency, customer, payment_intent, payment_method, charge: charge.id, reason, status: 'succeeded', balance_transaction: entry.id, metadata: mergeMetadata(null, metadata) });
  charge.amount_refunded += amount;
  charge.refunded = charge.amount_refunded === charge.amount_captured;
  world.emit('refund.created', made);
  world.emit('charge.refunded', charge);
  if (behaviourOf(world.store.get('payment_method', payment_method!)).refundFails) failRefund(world, made, charge);
  return made;
}

/** The bank sends the refund back: it is on the balance again. */
function failRefund(world: World, made: Stripe.Refund, charge: Stripe.Charge): void {
  const entry = move(world, { type: 'refund_failure', amount: made.amount, currency: made.currency, source: made.id });
  Object.assign(made, { status: 'failed', failure_reason: 'unknown', failure_balance_transaction: entry.id });
  charge.amount_refunded -= made.amount;
  charge.refunded = false;
  world.emit('refund.failed', made);
}

function chargeToRefund(world: World, { charge, payment_intent }: Stripe.RefundCreateParams): Stripe.Charge {
  if (charge) return world.store.get('charge', charge);
  if (!payment_intent) throw invalid('One of the following params should be provided for this request: payment_intent or charge.');
  const intent = world.store.get('payment_intent', payment_intent);
  if (intent.status !== 'succeeded') throw invalid(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`);
  return world.store.get('charge', intent.latest_charge as string);
}
