import type Stripe from 'stripe';
import type { Checks } from './contract/checks.js';
import type { Operation } from './contract/operations.js';
import type { Api } from './http/api.js';
import type { Fault } from './http/faults.js';
import { completeOnboarding, restrictAccount } from './resources/payouts/accounts.js';
import { move } from './resources/records/balance.js';
import { expire, finish, pay, payLater } from './resources/payments/checkout-sessions.js';
import { closeDispute, openDispute } from './resources/payments/disputes.js';
import { letTimePass } from './resources/index.js';
import { authenticate } from './resources/payments/payment-intents.js';
import type { World } from './state/world.js';
import type { Webhooks } from './webhooks/webhooks.js';

interface ControlParts {
  readonly world: World;
  readonly api: Api;
  readonly checks: Checks;
  readonly webhooks: Webhooks;
}

/** What a test does that no caller of Stripe can: play the customer, the bank, the recipient, time and bad luck. */
export class Control {
  readonly webhooks: Webhooks;

  constructor(private readonly parts: ControlParts) {
    this.webhooks = parts.webhooks;
  }

  /** Somebody pays (or saves their card) on a checkout session's page. @param card a test payment method @throws {StripeFailure} if it declines */
  pay(sessionId: string, card?: string): Stripe.Checkout.Session {
    return pay(this.parts.world, sessionId, card);
  }

  /** As `pay`, by a way whose bank takes days; `finish` says what it has said. */
  payLater(sessionId: string): Stripe.Checkout.Session {
    return payLater(this.parts.world, sessionId);
  }

  /** What the bank of somebody who has paid by `payLater` says. */
  finish(sessionId: string, outcome: 'paid' | 'refused'): void {
    finish(this.parts.world, sessionId, outcome);
  }

  expire(sessionId: string): Stripe.Checkout.Session {
    return expire(this.parts.world, this.parts.world.store.get('checkout.session', sessionId));
  }

  /** The customer answers their bank. */
  authenticate(paymentIntentId: string): Stripe.PaymentIntent {
    return authenticate(this.parts.world, paymentIntentId);
  }

  dispute(chargeId: string): Stripe.Dispute {
    return openDispute(this.parts.world, this.parts.world.store.get('charge', chargeId));
  }

  closeDispute(disputeId: string, status: 'won' | 'lost'): void {
    closeDispute(this.parts.world, disputeId, status);
  }

  completeOnboarding(accountId: string): Stripe.V2.Core.Account {
    return completeOnboarding(this.parts.world, accountId);
  }

  restrictAccount(accountId: string): Stripe.V2.Core.Account {
    return restrictAccount(this.parts.world, accountId);
  }

  /** Money from elsewhere, at once on the available balance. @param amount in the currency's smallest unit */
  addFunds(amount: number, currency: string): Stripe.BalanceTransaction {
    return move(this.parts.world, { type: 'topup', amount, currency, source: null });
  }

  /** The next requests of an operation meet this fault. */
  fail(operation: Operation, fault: Fault, times = 1): void {
    this.parts.api.faults.add(operation, fault, times);
  }

  clearFaults(): void {
    this.parts.api.faults.clear();
  }

  /** Faults that no request has met. */
  remainingFaults() {
    return this.parts.api.faults.remaining();
  }

  /** What the clock brings, for tests that moved it and send no request: what was pending is available, sessions expire, payouts arrive. */
  letTimePass(): void {
    letTimePass(this.parts.world);
  }

  /** Everything the double keeps, newest first. */
  get store() {
    return this.parts.world.store;
  }

  /** Where the double broke its contract; `stop` throws if there is any. */
  violations(): readonly string[] {
    return this.parts.api.violations;
  }

  /** How many requests and answers of each operation were held to the contract. */
  coverage() {
    return this.parts.checks.coverage();
  }
}
