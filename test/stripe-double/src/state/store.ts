import type Stripe from 'stripe';
import type { Operation } from '../contract/operations.js';
import { missing } from './stripe-failure.js';

/** What the double keeps, by the name that Stripe gives in `object`. */
export interface Kinds {
  customer: Stripe.Customer;
  payment_method: Stripe.PaymentMethod;
  setup_intent: Stripe.SetupIntent;
  payment_intent: Stripe.PaymentIntent;
  charge: Stripe.Charge;
  refund: Stripe.Refund;
  dispute: Stripe.Dispute;
  'checkout.session': Stripe.Checkout.Session;
  balance_transaction: Stripe.BalanceTransaction;
  'v2.core.account': Stripe.V2.Core.Account;
  transfer: Stripe.Transfer;
  transfer_reversal: Stripe.TransferReversal;
  payout: Stripe.Payout;
  event: Stripe.Event;
  webhook_endpoint: Stripe.WebhookEndpoint;
}

export type Kind = keyof Kinds;

interface KindFacts {
  readonly prefix: string;
  /** The operation that answers one of them: its contract is theirs. */
  readonly retrieve: Operation;
}

export const kinds: Readonly<Record<Kind, KindFacts>> = {
  customer: { prefix: 'cus', retrieve: 'customers.retrieve' },
  payment_method: { prefix: 'pm', retrieve: 'paymentMethods.retrieve' },
  setup_intent: { prefix: 'seti', retrieve: 'setupIntents.retrieve' },
  payment_intent: { prefix: 'pi', retrieve: 'paymentIntents.retrieve' },
  charge: { prefix: 'ch', retrieve: 'charges.retrieve' },
  refund: { prefix: 're', retrieve: 'refunds.retrieve' },
  dispute: { prefix: 'du', retrieve: 'disputes.retrieve' },
  'checkout.session': { prefix: 'cs_test', retrieve: 'checkout.sessions.retrieve' },
  balance_transaction: { prefix: 'txn', retrieve: 'balanceTransactions.retrieve' },
  'v2.core.account': { prefix: 'acct', retrieve: 'v2.core.accounts.retrieve' },
  transfer: { prefix: 'tr', retrieve: 'transfers.retrieve' },
  transfer_reversal: { prefix: 'trr', retrieve: 'transfers.createReversal' },
  payout: { prefix: 'po', retrieve: 'payouts.retrieve' },
  event: { prefix: 'evt', retrieve: 'events.retrieve' },
  webhook_endpoint: { prefix: 'we', retrieve: 'webhookEndpoints.retrieve' },
};

/** All objects, each kind in the order in which it came. Callers change what they find: it is the object itself. */
export class Store {
  private readonly objects = new Map<string, { readonly kind: Kind; readonly value: Kinds[Kind] }>();

  put<K extends Kind>(kind: K, value: Kinds[K]): Kinds[K] {
    this.objects.set(value.id, { kind, value });
    return value;
  }

  /** @throws {StripeFailure} 404 `resource_missing` */
  get<K extends Kind>(kind: K, id: string): Kinds[K] {
    const found = this.objects.get(id);
    if (found?.kind !== kind) throw missing(kind, id);
    return found.value as Kinds[K];
  }

  find(id: string): { readonly kind: Kind; readonly value: Kinds[Kind] } | undefined {
    return this.objects.get(id);
  }

  remove(id: string): void {
    this.objects.delete(id);
  }

  /** @returns the newest first, as Stripe lists them. */
  all<K extends Kind>(kind: K): Kinds[K][] {
    return [...this.objects.values()].flatMap((held) => (held.kind === kind ? [held.value as Kinds[K]] : [])).reverse();
  }
}
