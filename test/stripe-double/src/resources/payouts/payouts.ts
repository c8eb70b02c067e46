import { page } from '../../state/list.js';
import { mergeMetadata } from '../../state/metadata.js';
import { invalid } from '../../state/stripe-failure.js';
import type { World } from '../../state/world.js';
import { availableOf, move } from '../records/balance.js';
import type { Handlers } from '../handlers.js';

const ARRIVES_AFTER_S = 2 * 86_400;

/** Payouts of the platform's own balance to its bank. */
export function payouts(world: World): Handlers<'payouts.create' | 'payouts.retrieve' | 'payouts.list'> {
  const { store } = world;
  return {
    'payouts.create': ({ amount, currency, description = null, metadata, method = 'standard', statement_descriptor = null }) => {
      if (amount > availableOf(world, currency)) throw invalid('You have insufficient funds in your Stripe account for this transfer.', { code: 'balance_insufficient' });
      const id = world.newId('po');
      const entry = move(world, { type: 'payout', amount: -amount, currency, source: id });
      const values = { id, amount, currency, description, method, statement_descriptor, metadata: mergeMetadata(null, metadata) };
      const payout = world.create('payout', { ...values, balance_transaction: entry.id, arrival_date: world.nowS() + ARRIVES_AFTER_S, status: 'pending', type: 'bank_account', source_type: 'card' });
      world.emit('payout.created', payout);
      return payout;
    },
    'payouts.retrieve': (_params, id) => store.get('payout', id),
    'payouts.list': ({ status, ...params }) => page(store.all('payout').filter((payout) => (status ?? payout.status) === payout.status), params, '/v1/payouts'),
  };
}

/** Payouts that have arrived by now. */
export function arrive(world: World): void {
  for (const payout of world.store.all('payout')) {
    if (payout.status !== 'pending' || payout.arrival_date > world.nowS()) continue;
    payout.status = 'paid';
    world.emit('payout.paid', payout);
  }
}
