import type { World } from '../state/world.js';
import { accounts } from './accounts.js';
import { balance, releasePending } from './balance.js';
import { charges } from './charges.js';
import { checkoutSessions, expireOverdue } from './checkout-sessions.js';
import { customers } from './customers.js';
import { disputes } from './disputes.js';
import { events } from './events.js';
import type { Handlers } from './handlers.js';
import { paymentIntents } from './payment-intents.js';
import { paymentMethods } from './payment-methods.js';
import { arrive, payouts } from './payouts.js';
import { refunds } from './refunds.js';
import { setupIntents } from './setup-intents.js';
import { transfers } from './transfers.js';
import { webhookEndpoints } from './webhook-endpoints.js';

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
