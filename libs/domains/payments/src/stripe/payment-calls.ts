import { toCents } from '../cents.js';
import { allPages, firstOf, type Ask } from './ask.js';
import { disputeOf, idOf, intentOf, METADATA_KEY, refundOf, sessionOf, type StripeDispute, type StripeIntent, type StripeRefund, type StripeSession } from './objects.js';

/** Something to be made: `key` names it for good in its metadata, `once` is the idempotency key of this try. */
export interface Making {
  readonly key: string;
  readonly once: string;
}

/** Where something is looked for that may have been made. */
export interface LookUp {
  readonly key: string;
  /** Not made before. */
  readonly since: Date;
}

export interface Charge {
  readonly customerId: string;
  readonly amountNano: bigint;
  readonly currency: string;
}

export interface SavedMethod {
  readonly id: string;
  /** For people: `visa ···· 4242`. */
  readonly label: string;
}

/** What Stripe is asked of customers who pay. Each throws as `toFailure` says. */
export class PaymentCalls {
  constructor(private readonly ask: Ask) {}

  async createCustomer(name: string, { key, once }: Making): Promise<{ readonly id: string }> {
    const { id } = await this.ask((stripe) => stripe.customers.create({ name, metadata: { [METADATA_KEY]: key } }, { idempotencyKey: once }));
    return { id };
  }

  async findCustomer({ key, since }: LookUp): Promise<{ readonly id: string } | undefined> {
    return firstOf(allPages(this.ask, (stripe, paging) => stripe.customers.list({ ...paging, created: from(since) })), (customer) => customer.metadata[METADATA_KEY] === key);
  }

  async savedMethods(customerId: string): Promise<SavedMethod[]> {
    const { data } = await this.ask((stripe) => stripe.customers.listPaymentMethods(customerId, { type: 'card', limit: 10 }));
    return data.map(({ id, card }) => ({ id, label: card ? `${card.brand} ···· ${card.last4}` : id }));
  }

  /** A page where the customer pays; it saves the card for later. */
  async createSession({ customerId, amountNano, currency }: Charge, places: { readonly successUrl: string; readonly cancelUrl: string }, { key, once }: Making): Promise<StripeSession> {
    const metadata = { [METADATA_KEY]: key };
    const item = { quantity: 1, price_data: { currency, unit_amount: toCents(amountNano), product_data: { name: 'Credit' } } };
    const session = await this.ask((stripe) =>
      stripe.checkout.sessions.create(
        {
          mode: 'payment', customer: customerId, line_items: [item], metadata, success_url: places.successUrl, cancel_url: places.cancelUrl,
          payment_intent_data: { setup_future_usage: 'off_session', metadata },
        },
        { idempotencyKey: once },
      ),
    );
    return sessionOf(session);
  }

  async findSession(customerId: string, { key, since }: LookUp): Promise<StripeSession | undefined> {
    const sessions = allPages(this.ask, (stripe, paging) => stripe.checkout.sessions.list({ ...paging, customer: customerId, created: from(since) }));
    const session = await firstOf(sessions, ({ metadata }) => metadata?.[METADATA_KEY] === key);
    return session && sessionOf(session);
  }

  async session(id: string): Promise<StripeSession> {
    return sessionOf(await this.ask((stripe) => stripe.checkout.sessions.retrieve(id)));
  }

  /** Charges a saved card while the customer is not there. */
  async createIntent({ customerId, amountNano, currency }: Charge, paymentMethodId: string, { key, once }: Making): Promise<StripeIntent> {
    const intent = await this.ask((stripe) =>
      stripe.paymentIntents.create(
        {
          customer: customerId, amount: toCents(amountNano), currency, payment_method: paymentMethodId, automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
          confirm: true, off_session: true, metadata: { [METADATA_KEY]: key },
        },
        { idempotencyKey: once },
      ),
    );
    return intentOf(intent);
  }

  async findIntent(customerId: string, { key, since }: LookUp): Promise<StripeIntent | undefined> {
    const intents = allPages(this.ask, (stripe, paging) => stripe.paymentIntents.list({ ...paging, customer: customerId, created: from(since) }));
    const intent = await firstOf(intents, ({ metadata }) => metadata[METADATA_KEY] === key);
    return intent && intentOf(intent);
  }

  async intent(id: string): Promise<StripeIntent> {
    return intentOf(await this.ask((stripe) => stripe.paymentIntents.retrieve(id)));
  }

  async createRefund(intentId: string, amountNano: bigint, { key, once }: Making): Promise<StripeRefund> {
    const params = { payment_intent: intentId, amount: toCents(amountNano), reason: 'requested_by_customer' as const, metadata: { [METADATA_KEY]: key } };
    return refundOf(await this.ask((stripe) => stripe.refunds.create(params, { idempotencyKey: once })));
  }

  async refunds(intentId: string): Promise<StripeRefund[]> {
    const refunds: StripeRefund[] = [];
    for await (const refund of allPages(this.ask, (stripe, paging) => stripe.refunds.list({ ...paging, payment_intent: intentId }))) refunds.push(refundOf(refund));
    return refunds;
  }

  async refund(id: string): Promise<StripeRefund> {
    return refundOf(await this.ask((stripe) => stripe.refunds.retrieve(id)));
  }

  /** The payment that a charge was made for. */
  async intentIdOfCharge(id: string): Promise<string | undefined> {
    return idOf((await this.ask((stripe) => stripe.charges.retrieve(id))).payment_intent);
  }

  /** Where Stripe shows its receipt of the charge that paid. */
  async receiptAddress(intentId: string): Promise<string | undefined> {
    const { data } = await this.ask((stripe) => stripe.charges.list({ payment_intent: intentId, limit: 100 }));
    return data.find(({ paid }) => paid)?.receipt_url ?? undefined;
  }

  async dispute(id: string): Promise<StripeDispute> {
    return disputeOf(await this.ask((stripe) => stripe.disputes.retrieve(id)));
  }
}

/** A little earlier than it was sent: Stripe's clock is another one. */
export function from(since: Date): { readonly gte: number } {
  return { gte: Math.floor(since.getTime() / 1_000) - 300 };
}
