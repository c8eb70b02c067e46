import type { World } from '../state/world.js';
import { accounts } from './payouts/accounts.js';
import { balance, releasePending } from './records/balance.js';
import { charges } from './payments/charges.js';
import { checkoutSessions, expireOverdue } from './payments/checkout-sessions.js';
import { customers } from './payments/customers.js';
import { disputes } from './payments/disputes.js';
import { events } from './records/events.js';
import type { Handlers } from './handlers.js';
import { paymentIntents } from './payments/payment-intents.js';
import { paymentMethods } from './payments/payment-methods.js';
import { arrive, payouts } from './payouts/payouts.js';
import { refunds } from './payments/refunds.js';
import { setupIntents } from './payments/setup-intents.js';
import { transfers } from './payouts/transfers.js';
import { webhookEndpoints } from './records/webhook-endpoints.js';

/** Every operation of the contract: one that nobody answers does not compile. */
export function handlersOf(world: World): Handlers {
  return {
    ...accounts(world),
    ...balance(world),
    ...charges(world),
    ...checkoutSessions(world),
    ...customers(world),
    ...disputes(world),
    ...events(world),
    ...paymentIntents(world),
    ...paymentMethods(world),
    ...payouts(world),
    ...refunds(world),
    ...setupIntents(world),
    ...transfers(world),
    ...webhookEndpoints(world),
  };
}

/** What happens by itself as time goes on. */
export function letTimePass(world: World): void {
  releasePending(world);
  expireOverdue(world);
  arrive(world);
}
