import type Stripe from 'stripe';
import { page } from '../../state/list.js';
import type { World } from '../../state/world.js';
import { move } from '../records/balance.js';
import type { Handlers } from '../handlers.js';

const DISPUTE_FEE = 1_500;

export function disputes({ store }: World): Handlers<'disputes.retrieve' | 'disputes.list'> {
  return {
    'disputes.retrieve': (_params, id) => store.get('dispute', id),
    'disputes.list': ({ charge, payment_intent, ...params }) => {
      const matching = store.all('dispute').filter((dispute) => (charge ?? dispute.charge) === dispute.charge && (payment_intent ?? dispute.payment_intent) === dispute.payment_intent);
      return page(matching, params, '/v1/disputes');
    },
  };
}

/** The owner of the card wants the money back: it leaves the balance, with a fee, until the dispute is closed. */
export function openDispute(world: World, charge: Stripe.Charge): Stripe.Dispute {
  const { amount_captured: amount, currency, payment_intent } = charge;
  const dispute = world.create('dispute', { amount, currency, charge: charge.id, payment_intent, reason: 'fraudulent', status: 'needs_response', is_charge_refundable: false });
  dispute.balance_transactions.push(move(world, { type: 'adjustment', amount: -amount, fee: DISPUTE_FEE, currency, source: dispute.id }));
  charge.disputed = true;
  world.emit('charge.dispute.created', dispute);
  world.emit('charge.dispute.funds_withdrawn', dispute);
  return dispute;
}

/** Ends a dispute. One that is won brings the amount back; the fee stays with Stripe. */
export function closeDispute(world: World, id: string, status: 'won' | 'lost'): void {
  const dispute = world.store.get('dispute', id);
  dispute.status = status;
  if (status === 'won') {
    dispute.balance_transactions.push(move(world, { type: 'adjustment', amount: dispute.amount, currency: dispute.currency, source: dispute.id }));
    world.emit('charge.dispute.funds_reinstated', dispute);
  }
  world.emit('charge.dispute.closed', dispute);
}
