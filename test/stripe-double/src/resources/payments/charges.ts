import type Stripe from 'stripe';
import { page } from '../../state/list.js';
import { StripeFailure } from '../../state/stripe-failure.js';
import type { World } from '../../state/world.js';
import { feeOf, move, pendingUntil } from '../records/balance.js';
import { openDispute } from './disputes.js';
import type { Handlers } from '../handlers.js';
import { behaviourOf } from './payment-methods.js';

export function charges({ store }: World): Handlers<'charges.retrieve' | 'charges.list'> {
  return {
    'charges.retrieve': (_params, id) => store.get('charge', id),
    'charges.list': ({ customer, payment_intent, transfer_group, ...params }) => {
      const wanted = { customer, payment_intent, transfer_group };
      const matching = store.all('charge').filter((charge) => Object.entries(wanted).every(([name, value]) => value === undefined || charge[name as keyof typeof wanted] === value));
      return page(matching, params, '/v1/charges');
    },
  };
}

/** Charges what an intent says, or holds it if it is to be captured later. @throws {StripeFailure} 402 if the card declines */
export function chargeFor(world: World, intent: Stripe.PaymentIntent, method: Stripe.PaymentMethod): Stripe.Charge {
  const { decline } = behaviourOf(method);
  const isLater = intent.capture_method === 'manual';
  const charge = world.create('charge', {
    amount: intent.amount,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    metadata: { ...intent.metadata },
    payment_intent: intent.id,
    payment_method: method.id,
    transfer_group: intent.transfer_group,
    status: decline ? 'failed' : 'succeeded',
    paid: !decline,
    captured: false,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
  });
  intent.latest_charge = charge.id;
  if (!decline) charge.receipt_url = `${world.url}/receipt/${charge.id}`;
  if (decline) {
    world.emit('charge.failed', charge);
    const { code, reason, message } = decline;
    throw new StripeFailure(402, { type: 'card_error', code, decline_code: reason, message, charge: charge.id });
  }
  if (!isLater) capture(world, charge, intent.amount);
  world.emit('charge.succeeded', charge);
  return charge;
}

/** Takes a charge's money: it is on the balance from its time on, less Stripe's fee. */
export function capture(world: World, charge: Stripe.Charge, amount: number): void {
  const { availableAtOnce, disputes } = behaviourOf(world.store.get('payment_method', charge.payment_method!));
  const availableOn = availableAtOnce ? world.nowS() : pendingUntil(world);
  const entry = move(world, { type: 'charge', amount, fee: feeOf(amount), currency: charge.currency, source: charge.id, availableOn });
  Object.assign(charge, { captured: true, amount_captured: amount, balance_transaction: entry.id });
  if (disputes) openDispute(world, charge);
}
