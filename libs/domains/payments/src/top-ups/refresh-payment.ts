import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '@steelyard/kernel';
import { paymentErrors } from '../errors.js';
import { ReadMoney, type PaymentWithReturns } from '../read-money.js';
import { RefreshObject } from '../webhooks/refresh-object.js';

/** How a payment stands at Stripe now, without waiting for what Stripe says by itself. */
@Injectable()
export class RefreshPayment {
  constructor(
    @Inject(ReadMoney) private readonly money: ReadMoney,
    @Inject(RefreshObject) private readonly objects: RefreshObject,
  ) {}

  /** @throws AppError `PAYMENTS.PAYMENT_NOT_FOUND`, `NOT_CONFIGURED`, and as `StripeCalls` does */
  async refresh({ organizationId }: Caller, id: string): Promise<PaymentWithReturns> {
    const payment = await this.money.payment(organizationId, id);
    if (!payment) throw paymentErrors.PAYMENT_NOT_FOUND({ id });
    const { sessionId, intentId } = payment;
    if (sessionId !== null) await this.objects.refresh('session', sessionId);
    else if (intentId !== null) await this.objects.refresh('intent', intentId);
    return (await this.money.payment(organizationId, id))!;
  }
}
