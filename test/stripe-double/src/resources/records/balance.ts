import type Stripe from 'stripe';
import { page } from '../../state/list.js';
import type { World } from '../../state/world.js';
import type { Handlers } from '../handlers.js';

type Names = 'balance.retrieve' | 'balanceTransactions.retrieve' | 'balanceTransactions.list';

const PENDING_DAYS = 2;
const DAY_S = 86_400;
/** Stripe's price for a card payment in the United States: 2.9 % and 30 cents. */
const FEE = { basisPoints: 290, fixed: 30 };

export function balance(world: World): Handlers<Names> {
  const { store } = world;
  return {
    'balance.retrieve': () => ({ object: 'balance', available: sums(world, 'available'), pending: sums(world, 'pending'), livemode: false }),
    'balanceTransactions.retrieve': (_params, id) => store.get('balance_transaction', id),
    'balanceTransactions.list': ({ currency, type, source, payout: _payout, ...params }) => {
      const wanted = { currency, type, source };
      const matching = store.all('balance_transaction').filter((entry) => Object.entries(wanted).every(([name, value]) => value === undefined || entry[name as keyof typeof wanted] === value));
      return page(matching, params, '/v1/balance_transactions');
    },
  };
}

export interface Movement {
  readonly type: Stripe.BalanceTransaction.Type;
  /** In the currency's smallest unit; negative takes it off the balance. */
  readonly amount: number;
  readonly fee?: number;
  readonly currency: string;
  /** What moved it: an object's id. */
  readonly source: string | null;
  /** Unix seconds; now, if left out. */
  readonly availableOn?: number;
}

/** Changes the account's balance, now or from a time on. */
export function move(world: World, { type, amount, fee = 0, currency, source, availableOn = world.nowS() }: Movement): Stripe.BalanceTransaction {
  return world.create('balance_transaction', {
    type,
    amount,
    fee,
    net: amount - fee,
    currency,
    source,
    available_on: availableOn,
    status: availableOn <= world.nowS() ? 'available' : 'pending',
    reporting_category: type === 'payment' ? 'charge' : type,
    fee_details: fee === 0 ? [] : [{ amount: fee, application: null, currency, description: 'Stripe processing fees', type: 'stripe_fee' }],
  });
}

export function feeOf(amount: number): number {
  return Math.round((amount * FEE.basisPoints) / 10_000) + FEE.fixed;
}

export function pendingUntil(world: World): number {
  return world.nowS() + PENDING_DAYS * DAY_S;
}

/** What was pending and whose time has come is available. */
export function releasePending(world: World): void {
  for (const entry of world.store.all('balance_transaction')) {
    if (entry.status === 'pending' && entry.available_on <= world.nowS()) entry.status = 'available';
  }
}

export function availableOf(world: World, currency: string): number {
  return sums(world, 'available').find((sum) => sum.currency === currency)?.amount ?? 0;
}

function sums(world: World, status: string): Stripe.Balance.Available[] {
  const amounts = new Map<string, number>();
  for (const entry of world.store.all('balance_transaction')) {
    amounts.set(entry.currency, (amounts.get(entry.currency) ?? 0) + (entry.status === status ? entry.net : 0));
  }
  return [...amounts].map(([currency, amount]) => ({ amount, currency, source_types: { card: amount } }));
}
