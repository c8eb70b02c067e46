import type Stripe from 'stripe';
import { page } from '../../state/list.js';
import { mergeMetadata } from '../../state/metadata.js';
import { invalid } from '../../state/stripe-failure.js';
import type { World } from '../../state/world.js';
import { canReceive } from './accounts.js';
import { availableOf, move } from '../records/balance.js';
import { stated } from '../payments/customers.js';
import type { Handlers } from '../handlers.js';

type Names = `transfers.${'create' | 'retrieve' | 'update' | 'list' | 'createReversal' | 'listReversals'}`;

export function transfers(world: World): Handlers<Names> {
  const { store } = world;
  return {
    'transfers.create': (params) => transfer(world, params),
    'transfers.retrieve': (_params, id) => store.get('transfer', id),
    'transfers.update': ({ description, metadata }, id) => {
      const made = store.get('transfer', id);
      Object.assign(made, stated({ description }), { metadata: mergeMetadata(made.metadata, metadata) });
      world.emit('transfer.updated', made);
      return made;
    },
    'transfers.list': ({ destination, transfer_group, ...params }) => {
      const matching = store.all('transfer').filter((made) => (destination ?? made.destination) === made.destination && (transfer_group ?? made.transfer_group) === made.transfer_group);
      return page(matching, params, '/v1/transfers');
    },
    'transfers.createReversal': (params, id) => reverse(world, store.get('transfer', id), params),
    'transfers.listReversals': (params, id) => page(reversalsOf(world, id), params, `/v1/transfers/${id}/reversals`),
  };
}

function transfer(world: World, params: Stripe.TransferCreateParams): Stripe.Transfer {
  const { currency, destination, source_transaction, transfer_group = null, description = null, metadata } = params;
  const source = source_transaction ? world.store.get('charge', source_transaction) : undefined;
  const amount = params.amount ?? source?.amount_captured;
  if (amount === undefined) throw invalid('Missing required param: amount.', { code: 'parameter_missing', param: 'amount' });
  if (amount < 1) throw invalid('This value must be greater than or equal to 1.', { code: 'parameter_invalid_integer', param: 'amount' });
  if (!canReceive(recipient(world, destination))) {
    const message = 'Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments';
    throw invalid(message, { code: 'insufficient_capabilities_for_transfer' });
  }
  const availableOn = source ? fundsOf(world, source, amount) : undefined;
  if (!source && amount > availableOf(world, currency)) {
    throw invalid('You have insufficient available funds in your Stripe account. Try adding funds directly to your available balance.', { code: 'balance_insufficient' });
  }
  const id = world.newId('tr');
  const entry = move(world, { type: 'transfer', amount: -amount, currency, source: id, availableOn });
  const group = transfer_group ?? source?.transfer_group ?? null;
  const reversals: Stripe.ApiList<Stripe.TransferReversal> = { object: 'list', data: [], has_more: false, url: `/v1/transfers/${id}/reversals` };
  const values = { id, amount, currency, destination, description, reversals, source_transaction: source_transaction ?? null, transfer_group: group };
  const made = world.create('transfer', { ...values, destination_payment: world.newId('py'), balance_transaction: entry.id, source_type: 'card', metadata: mergeMetadata(null, metadata) });
  world.emit('transfer.created', made);
  return made;
}

function recipient(world: World, id: string): Stripe.V2.Core.Account {
  if (world.store.find(id)?.kind !== 'v2.core.account') throw invalid(`No such destination: '${id}'`, { code: 'resource_missing', param: 'destination' });
  return world.store.get('v2.core.account', id);
}

/** A transfer out of one charge takes part in what the charge brought, and waits as long. @returns when, in Unix seconds */
function fundsOf(world: World, charge: Stripe.Charge, amount: number): number {
  const taken = world.store.all('transfer').reduce((sum, made) => (made.source_transaction === charge.id ? sum + made.amount - made.amount_reversed : sum), 0);
  if (taken + amount > charge.amount_captured) throw invalid(`Transfers using this transaction as a source must not exceed the source amount of ${charge.amount_captured}.`, { param: 'amount' });
  return world.store.get('balance_transaction', charge.balance_transaction as string).available_on;
}

function reverse(world: World, made: Stripe.Transfer, { amount = made.amount - made.amount_reversed, metadata, description: _description }: Stripe.TransferCreateReversalParams): Stripe.TransferReversal {
  const left = made.amount - made.amount_reversed;
  if (left === 0) throw invalid(`Transfer ${made.id} has already been fully reversed.`);
  if (amount > left) throw invalid(`Reversal amount (${amount}) is greater than unreversed amount (${left})`, { param: 'amount' });
  const id = world.newId('trr');
  const entry = move(world, { type: 'transfer_refund', amount, currency: made.currency, source: id });
  const reversal = world.create('transfer_reversal', { id, amount, currency: made.currency, transfer: made.id, balance_transaction: entry.id, metadata: mergeMetadata(null, metadata) });
  made.amount_reversed += amount;
  made.reversed = made.amount_reversed === made.amount;
  made.reversals.data = reversalsOf(world, made.id);
  world.emit('transfer.reversed', made);
  return reversal;
}

function reversalsOf(world: World, transferId: string): Stripe.TransferReversal[] {
  return world.store.all('transfer_reversal').filter((reversal) => reversal.transfer === transferId);
}
