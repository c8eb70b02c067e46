import { Inject, Injectable } from '@nestjs/common';
import { postTransfer } from '@steelyard/domain-ledger';
import type { AppError, Clock } from '@steelyard/kernel';
import { DATABASE, type Database, type Tx } from '@steelyard/platform-database';
import { PAYMENT_CLOCK } from '../clock.js';
import type { Operation, OperationHandler } from '../outbox/operation.js';
import { Outbox } from '../outbox/outbox.js';
import { PaymentSettings } from '../payment-settings.js';
import { refundReturnPosting } from '../postings.js';
import type { StripeRefund } from '../stripe/objects.js';
import type { Making } from '../stripe/payment-calls.js';
import { applyRefund } from './apply-refund.js';

/** Has Stripe refund what has left the wallet. */
@Injectable()
export class RefundOperations implements OperationHandler<StripeRefund> {
  readonly kinds = ['refund'] as const;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(Outbox) outbox: Outbox,
    @Inject(PaymentSettings) private readonly settings: PaymentSettings,
    @Inject(PAYMENT_CLOCK) private readonly clock: Clock,
  ) {
    outbox.handle(this);
  }

  async send({ subjectId }: Operation, making: Making): Promise<StripeRefund> {
    const { amountNano, intentId } = await this.#refund(subjectId);
    return this.settings.stripe().payments.createRefund(intentId, amountNano, making);
  }

  async find({ key, subjectId }: Operation): Promise<StripeRefund | undefined> {
    const { intentId } = await this.#refund(subjectId);
    const refunds = await this.settings.stripe().payments.refunds(intentId);
    return refunds.find((refund) => refund.key === key);
  }

  async done(tx: Tx, _operation: Operation, refund: StripeRefund): Promise<string> {
    await applyRefund(tx, refund, new Date(this.clock.nowMs()));
    return refund.id;
  }

  async refused(tx: Tx, { subjectId }: Operation, error: AppError): Promise<void> {
    const { count } = await tx.paymentRefund.updateMany({
      where: { id: subjectId, state: 'pending' },
      data: { state: 'failed', failure: error.message, settledAt: new Date(this.clock.nowMs()) },
    });
    if (count === 0) return;
    await postTransfer(tx, refundReturnPosting(await tx.paymentRefund.findUniqueOrThrow({ where: { id: subjectId } })));
  }

  async #refund(id: string): Promise<{ readonly amountNano: bigint; readonly intentId: string }> {
    return this.database.withPlatform(async (tx) => {
      const { amountNano, paymentId } = await tx.paymentRefund.findUniqueOrThrow({ where: { id } });
      const { intentId } = await tx.payment.findUniqueOrThrow({ where: { id: paymentId } });
      return { amountNano, intentId: intentId! };
    });
  }
}
