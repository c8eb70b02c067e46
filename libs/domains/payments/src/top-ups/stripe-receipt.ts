import { Inject, Injectable } from '@nestjs/common';
import { paymentErrors } from '../errors.js';
import { PaymentSettings } from '../payment-settings.js';
import { ReadMoney } from '../read-money.js';

/** The receipt that Stripe makes out to who paid. Its address is not kept: Stripe's pages of receipts change and end. */
@Injectable()
export class StripeReceipt {
  constructor(
    @Inject(ReadMoney) private readonly money: ReadMoney,
    @Inject(PaymentSettings) private readonly settings: PaymentSettings,
  ) {}

  /**
   * The address of its page; `undefined` for a payment of which nothing was charged.
   * @throws AppError `PAYMENTS.PAYMENT_NOT_FOUND`, `NOT_CONFIGURED`, and as `StripeCalls` does
   */
  async addressOf(tenantId: string, paymentId: string): Promise<string | undefined> {
    const payment = await this.money.payment(tenantId, paymentId);
    if (!payment) throw paymentErrors.PAYMENT_NOT_FOUND({ id: paymentId });
    if (payment.state !== 'succeeded' || payment.intentId === null) return undefined;
    return this.settings.stripe().payments.receiptAddress(payment.intentId);
  }
}
