import { Inject, Injectable } from '@nestjs/common';
import { postTransfer } from '@steelyard/domain-ledger';
import type { AppError, Clock } from '@steelyard/kernel';
import { DATABASE, type Database, type Tx } from '@steelyard/platform-database';
import { PAYMENT_CLOCK } from '../clock.js';
import type { Operation, OperationHandler } from '../outbox/operation.js';
import { Outbox } from '../outbox/outbox.js';
import { PaymentSettings } from '../payment-settings.js';
import { payoutReturnPosting } from '../postings.js';
import type { StripeTransfer } from '../stripe/objects.js';
import type { Making } from '../stripe/payment-calls.js';
import { applyTransfer } from './apply-transfer.js';
import { lockPayout, type Payout } from './payout.js';

/** Has Stripe send a provider its money, or take it back. */
@Injectable()
export class PayoutOperations implements OperationHandler<StripeTransfer> {
  readonly kinds = ['payout', 'reversal'] as const;
  readonly lookedUpFirst = ['payout'] as const;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(Outbox) outbox: Outbox,
    @Inject(PaymentSettings) private readonly settings: PaymentSettings,
    @Inject(PAYMENT_CLOCK) private readonly clock: Clock,
  ) {
    outbox.handle(this);
  }

  async send({ kind, subjectId }: Operation, making: Making): Promise<StripeTransfer> {
    const payout = await this.#payout(subjectId);
    const { payouts } = this.settings.stripe();
    if (kind === 'payout') return payouts.createTransfer(payout.accountId!, payout, making);
    await payouts.createReversal(payout.transferId!, making);
    return payouts.transfer(payout.transferId!);
  }

  async find({ kind, key, subjectId, createdAt }: Operation): Promise<StripeTransfer | undefined> {
    const { payouts } = this.settings.stripe();
    if (kind === 'payout') return payouts.findTransfer({ key, since: createdAt });
    const { transferId } = await this.#payout(subjectId);
    return (await payouts.findReversal(transferId!, { key, since: createdAt })) && payouts.transfer(transferId!);
  }

  async done(tx: Tx, _operation: Operation, transfer: StripeTransfer): Promise<string> {
    await applyTransfer(tx, transfer, new Date(this.clock.nowMs()));
    return transfer.id;
  }

  async refused(tx: Tx, { kind, subjectId: id }: Operation, error: AppError): Promise<void> {
    const payout = (await lockPayout(tx, { id }))!;
    const failure = error.message;
    if (kind === 'reversal') {
      await tx.payout.updateMany({ where: { id, state: 'reversing' }, data: { state: 'paid', failure } });
    } else if (payout.state === 'sending') {
      await postTransfer(tx, payoutReturnPosting(payout, 'refused'));
      await tx.payout.update({ where: { id }, data: { state: 'failed', failure, settledAt: new Date(this.clock.nowMs()) } });
      // Most likely it may be sent nothing any more: the next ones wait until Stripe says that it may, instead of being refused one by one.
      const { tenantId, accountId } = payout;
      if (error.code === 'PAYMENTS.STRIPE_REFUSED') await tx.payoutAccount.updateMany({ where: { tenantId, accountId }, data: { enabled: false } });
    }
  }

  remedy({ details }: AppError): string | undefined {
    return details?.code === 'balance_insufficient' ? 'Add funds to the balance of Stripe, or wait until payments become available; then have it tried again.' : undefined;
  }

  #payout(id: string): Promise<Payout> {
    return this.database.withPlatform((tx) => tx.payout.findUniqueOrThrow({ where: { id } })) as Promise<Payout>;
  }
}
