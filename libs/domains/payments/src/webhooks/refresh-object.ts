import { Inject, Injectable } from '@nestjs/common';
import { Ledger } from '@steelyard/domain-ledger';
import type { Clock } from '@steelyard/kernel';
import { DATABASE, type Database, type Tx } from '@steelyard/platform-database';
import { PAYMENT_CLOCK } from '../clock.js';
import { PaymentSettings } from '../payment-settings.js';
import { PayoutAccounts } from '../payouts/payout-accounts.js';
import { applyTransfer } from '../payouts/apply-transfer.js';
import { applyDispute } from '../refunds/apply-dispute.js';
import { applyRefund } from '../refunds/apply-refund.js';
import type { StripeDispute } from '../stripe/objects.js';
import { applyIntent, applySession } from '../top-ups/apply-payment.js';

/** What the objects are that events tell of. */
export type ObjectKind = 'intent' | 'session' | 'charge' | 'refund' | 'dispute' | 'transfer' | 'account';

const KINDS: Readonly<Record<string, ObjectKind>> = {
  'payment_intent.succeeded': 'intent',
  'payment_intent.processing': 'intent',
  'payment_intent.payment_failed': 'intent',
  'payment_intent.canceled': 'intent',
  'payment_intent.requires_action': 'intent',
  'checkout.session.completed': 'session',
  'checkout.session.expired': 'session',
  'checkout.session.async_payment_succeeded': 'session',
  'checkout.session.async_payment_failed': 'session',
  'charge.refunded': 'charge',
  'refund.created': 'refund',
  'refund.updated': 'refund',
  'refund.failed': 'refund',
  'charge.dispute.created': 'dispute',
  'charge.dispute.updated': 'dispute',
  'charge.dispute.closed': 'dispute',
  'charge.dispute.funds_withdrawn': 'dispute',
  'charge.dispute.funds_reinstated': 'dispute',
  'transfer.created': 'transfer',
  'transfer.updated': 'transfer',
  'transfer.reversed': 'transfer',
  'account.updated': 'account',
  'v2.core.account.updated': 'account',
  'v2.core.account[requirements].updated': 'account',
  'v2.core.account[configuration.recipient].updated': 'account',
  'v2.core.account[configuration.recipient].capability_status_updated': 'account',
};

/** The events that are listened to; Stripe sends others too, which change nothing here. */
export const EVENT_TYPES = Object.keys(KINDS);

export function kindOfEvent(type: string): ObjectKind | undefined {
  return KINDS[type];
}

/** Reads an object of Stripe's and brings what we have of it to its state: however often, in whatever order, whatever was said of it. */
@Injectable()
export class RefreshObject {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(PaymentSettings) private readonly settings: PaymentSettings,
    @Inject(PayoutAccounts) private readonly accounts: PayoutAccounts,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(PAYMENT_CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws AppError as `StripeCalls` does, and `PAYMENTS.SAYS_OTHERWISE` */
  async refresh(kind: ObjectKind, id: string): Promise<void> {
    const { payments, payouts } = this.settings.stripe();
    switch (kind) {
      case 'intent':
        return this.#intent(id);
      case 'session': {
        const session = await payments.session(id);
        await this.#write((tx, now) => applySession(tx, session, now));
        return session.intentId === undefined ? undefined : this.#intent(session.intentId);
      }
      case 'charge':
        return this.#intent(await payments.intentIdOfCharge(id));
      case 'refund':
        return this.#intent((await payments.refund(id)).intentId);
      case 'dispute': {
        const dispute = await payments.dispute(id);
        return this.#intent(dispute.intentId, dispute);
      }
      case 'transfer': {
        const transfer = await payouts.transfer(id);
        await this.#write((tx, now) => applyTransfer(tx, transfer, now));
        return;
      }
      case 'account': {
        // Others' accounts are none of ours, and Stripe would not show them.
        if (!(await this.accounts.isKnown(id))) return;
        const account = await payouts.account(id);
        await this.#write((tx) => this.accounts.apply(tx, account));
        return;
      }
    }
  }

  /**
   * With what has gone back of it: that has been paid before, whichever was told first. Each by itself: what is wrong with one refund keeps no other, and no
   * dispute, from being applied. @throws the first of what was thrown
   */
  async #intent(id: string | undefined, dispute?: StripeDispute): Promise<void> {
    if (id === undefined) return;
    const { payments } = this.settings.stripe();
    const intent = await payments.intent(id);
    const refunds = await payments.refunds(id);
    if ((await this.#write((tx, now) => applyIntent(tx, intent, now))) === undefined) return;
    const returns: Apply[] = refunds.map((refund) => (tx, now) => applyRefund(tx, refund, now));
    if (dispute) returns.push((tx) => applyDispute(tx, dispute));
    const problems: unknown[] = [];
    for (const apply of returns) await this.#write(apply).catch((error: unknown) => problems.push(error));
    if (problems.length > 0) throw problems[0];
  }

  async #write(apply: Apply): Promise<string | undefined> {
    const tenantId = await this.database.withPlatform((tx) => apply(tx, new Date(this.clock.nowMs())));
    if (tenantId !== undefined) this.ledger.announce(tenantId);
    return tenantId;
  }
}

/** Brings one row to the state of its object; gives whose it is, if it is ours. */
type Apply = (tx: Tx, now: Date) => Promise<string | undefined>;
