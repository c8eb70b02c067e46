import type Stripe from 'stripe';

/** The operations of Stripe that the double knows, as the stripe package spells them. A call of any other is refused by name. */
export const operations = [
  'customers.create',
  'customers.retrieve',
  'customers.update',
  'customers.del',
  'customers.list',
  'customers.listPaymentMethods',
  'paymentMethods.create',
  'paymentMethods.retrieve',
  'paymentMethods.attach',
  'paymentMethods.detach',
  'paymentMethods.list',
  'setupIntents.create',
  'setupIntents.retrieve',
  'paymentIntents.create',
  'paymentIntents.retrieve',
  'paymentIntents.update',
  'paymentIntents.confirm',
  'paymentIntents.capture',
  'paymentIntents.cancel',
  'paymentIntents.list',
  'paymentIntents.search',
  'checkout.sessions.create',
  'checkout.sessions.retrieve',
  'checkout.sessions.list',
  'checkout.sessions.expire',
  'charges.retrieve',
  'charges.list',
  'refunds.create',
  'refunds.retrieve',
  'refunds.list',
  'disputes.retrieve',
  'disputes.list',
  'balance.retrieve',
  'balanceTransactions.retrieve',
  'balanceTransactions.list',
  'v2.core.accounts.create',
  'v2.core.accounts.retrieve',
  'v2.core.accounts.update',
  'v2.core.accounts.list',
  'v2.core.accounts.close',
  'v2.core.accountLinks.create',
  'transfers.create',
  'transfers.retrieve',
  'transfers.update',
  'transfers.list',
  'transfers.createReversal',
  'transfers.listReversals',
  'payouts.create',
  'payouts.retrieve',
  'payouts.list',
  'events.retrieve',
  'events.list',
  'webhookEndpoints.create',
  'webhookEndpoints.retrieve',
  'webhookEndpoints.update',
  'webhookEndpoints.del',
  'webhookEndpoints.list',
] as const;

export type Operation = (typeof operations)[number];

type At<T, Path extends string> = Path extends `${infer Head}.${infer Rest}` ? At<T[Head & keyof T], Rest> : T[Path & keyof T];
type Method<Name extends Operation> = At<Stripe, Name> extends (...given: infer Given) => Promise<infer Answer> ? { given: Given; answer: Answer } : never;
type ParametersAfterIds<Given> = Given extends [string, ...infer Rest] ? ParametersAfterIds<Rest> : Given extends [(infer First)?, ...unknown[]] ? NonNullable<First> : never;

/** What a caller of the operation sends. */
export type Sent<Name extends Operation> = ParametersAfterIds<Method<Name>['given']>;
/** What Stripe answers to it. */
export type Answer<Name extends Operation> = Omit<Method<Name>['answer'], 'lastResponse'>;
