import { Inject, Injectable } from '@nestjs/common';
import { FrontDoor } from '@steelyard/domain-identity';
import type { AppError, Clock } from '@steelyard/kernel';
import { DATABASE, type Database, type Tx } from '@steelyard/platform-database';
import { PAYMENT_CLOCK } from '../clock.js';
import type { Operation, OperationHandler } from '../outbox/operation.js';
import { Outbox } from '../outbox/outbox.js';
import { PaymentSettings } from '../payment-settings.js';
import type { StripeIntent, StripeSession } from '../stripe/objects.js';
import type { Making } from '../stripe/payment-calls.js';
import { applyIntent, applySession } from './apply-payment.js';
import { Customers } from './customers.js';
import type { Payment } from './payment.js';

type Made = { readonly session: StripeSession } | { readonly intent: StripeIntent };

/** Has Stripe open a checkout page, or charge a saved card. */
@Injectable()
export class PaymentOperations implements OperationHandler<Made> {
  readonly kinds = ['checkout', 'charge'] as const;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(Outbox) outbox: Outbox,
    @Inject(PaymentSettings) private readonly settings: PaymentSettings,
    @Inject(Customers) private readonly customers: Customers,
    @Inject(FrontDoor) private readonly door: FrontDoor,
    @Inject(PAYMENT_CLOCK) private readonly clock: Clock,
  ) {
    outbox.handle(this);
  }

  async send({ kind, subjectId }: Operation, making: Making): Promise<Made> {
    const payment = await this.#payment(subjectId);
    const customerId = await this.customers.ensure(payment.tenantId);
    const { payments } = this.settings.stripe();
    const charge = { customerId, amountNano: payment.amountNano, currency: payment.currency };
    if (kind === 'charge') return { intent: await payments.createIntent(charge, payment.paymentMethodId!, making) };
    const back = (result: string): string => {
      const url = new URL(payment.returnPath, this.door.origin);
      url.searchParams.set('payment', payment.id);
      url.searchParams.set('result', result);
      return url.href;
    };
    return { session: await payments.createSession(charge, { successUrl: back('paid'), cancelUrl: back('canceled') }, making) };
  }

  async find({ kind, key, subjectId, createdAt }: Operation): Promise<Made | undefined> {
    const { tenantId } = await this.#payment(subjectId);
    const customerId = await this.customers.ensure(tenantId);
    const { payments } = this.settings.stripe();
    if (kind === 'charge') {
      const intent = await payments.findIntent(customerId, { key, since: createdAt });
      return intent && { intent };
    }
    const session = await payments.findSession(customerId, { key, since: createdAt });
    return session && { session };
  }

  async done(tx: Tx, _operation: Operation, made: Made): Promise<string> {
    const now = new Date(this.clock.nowMs());
    if ('intent' in made) {
      await applyIntent(tx, made.intent, now);
      return made.intent.id;
    }
    await applySession(tx, made.session, now);
    return made.session.id;
  }

  async refused(tx: Tx, { subjectId }: Operation, error: AppError): Promise<void> {
    const reason = error.details?.reason;
    const failure = typeof reason === 'string' ? reason : error.message;
    await tx.payment.updateMany({ where: { id: subjectId, state: 'pending' }, data: { state: 'failed', failure, settledAt: new Date(this.clock.nowMs()) } });
  }

  #payment(id: string): Promise<Payment> {
    return this.database.withPlatform((tx) => tx.payment.findUniqueOrThrow({ where: { id } })) as Promise<Payment>;
  }
}
