import { Inject, Injectable } from '@nestjs/common';
import { Ledger, postTransfer } from '@steelyard/domain-ledger';
import { formatNano, isId, newId, type Caller } from '@steelyard/kernel';
import { DATABASE, type Database, type PaymentRefund, type Tx } from '@steelyard/platform-database';
import { paymentErrors } from '../errors.js';
import { Outbox } from '../outbox/outbox.js';
import { PaymentSettings } from '../payment-settings.js';
import { refundPosting } from '../postings.js';
import type { Payment } from '../top-ups/payment.js';
import { readAmount } from '../top-ups/top-up.js';
import { refundKey } from './apply-refund.js';

export interface RefundCommand {
  readonly paymentId: string;
  /** Decimal amount of the currency unit, whole cents; all that is left of the payment when absent. */
  readonly amount?: string | undefined;
  readonly reason: string;
  /** A UUID; sent again with the same id, it is refunded once. */
  readonly id?: string | undefined;
}

const CENT_NANO = 10_000_000n;

/** Gives money of a payment back to who paid it: out of the wallet first, then by Stripe. */
@Injectable()
export class RefundPayment {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(PaymentSettings) private readonly settings: PaymentSettings,
    @Inject(Ledger) private readonly ledger: Ledger,
  ) {}

  /**
   * The refund as it is now: succeeded, failed with a reason and the money back in the wallet, or pending.
   * @throws AppError `PAYMENTS.NOT_CONFIGURED`, `ID_INVALID`, `PAYMENT_NOT_FOUND`, `PAYMENT_NOT_PAID`, `AMOUNT_INVALID`, `REFUND_ABOVE_PAYMENT`, `REFUND_ABOVE_BALANCE`,
   *   `REASON_MISSING`
   */
  async refund(caller: Caller, command: RefundCommand): Promise<PaymentRefund> {
    this.settings.stripe();
    if (command.reason.trim() === '') throw paymentErrors.REASON_MISSING({});
    const id = command.id?.toLowerCase() ?? newId();
    if (!isId(id)) throw paymentErrors.ID_INVALID({ id });
    const { operationId, tenantId } = await this.database.withPlatform((tx) => this.#reserve(tx, caller, { ...command, id }));
    this.ledger.announce(tenantId);
    await this.outbox.run(operationId);
    return this.database.withPlatform((tx) => tx.paymentRefund.findUniqueOrThrow({ where: { id } }));
  }

  /** Takes the money out of the wallet, so that it cannot be spent while Stripe is asked; all of it or nothing. */
  async #reserve(tx: Tx, caller: Caller, { id, paymentId, amount, reason }: RefundCommand & { readonly id: string }): Promise<{ operationId: string; tenantId: string }> {
    const payment = await lock(tx, paymentId);
    const { tenantId, currency } = payment;
    const operation = { kind: 'refund', key: refundKey(id), tenantId, subjectId: id } as const;
    const known = await tx.paymentRefund.findUnique({ where: { id } });
    if (known) return { operationId: await this.outbox.add(tx, operation), tenantId };
    if (payment.state !== 'succeeded') throw paymentErrors.PAYMENT_NOT_PAID({ id: paymentId, state: payment.state });
    const left = await leftOf(tx, payment);
    const amountNano = amount === undefined ? left : readAmount(amount, { least: CENT_NANO, most: payment.amountNano * 1_000n });
    const asked = `${formatNano(amountNano)} ${currency}`;
    if (amountNano > left || amountNano === 0n) throw paymentErrors.REFUND_ABOVE_PAYMENT({ asked, left: `${formatNano(left)} ${currency}` });
    const refund = await tx.paymentRefund.create({ data: { id, tenantId, paymentId, currency, amountNano, origin: 'operator', reason, actorId: caller.actorId } });
    if (!(await postTransfer(tx, refundPosting(refund), { covered: true }))) throw paymentErrors.REFUND_ABOVE_BALANCE({ asked });
    return { operationId: await this.outbox.add(tx, operation), tenantId };
  }
}

async function lock(tx: Tx, id: string): Promise<Payment> {
  const rows = isId(id) ? await tx.$queryRaw<unknown[]>`SELECT 1 FROM payment WHERE id = ${id}::uuid FOR UPDATE` : [];
  if (rows.length === 0) throw paymentErrors.PAYMENT_NOT_FOUND({ id });
  return (await tx.payment.findUniqueOrThrow({ where: { id } })) as Payment;
}

/** What has not gone back of a payment, by refund or dispute. Both may have taken it: then nothing is left, not less. */
async function leftOf(tx: Tx, { id: paymentId, amountNano }: Payment): Promise<bigint> {
  const refunded = await tx.paymentRefund.aggregate({ where: { paymentId, state: { not: 'failed' } }, _sum: { amountNano: true } });
  const disputed = await tx.paymentDispute.aggregate({ where: { paymentId }, _sum: { withdrawnNano: true } });
  const left = amountNano - (refunded._sum.amountNano ?? 0n) - (disputed._sum.withdrawnNano ?? 0n);
  return left > 0n ? left : 0n;
}
