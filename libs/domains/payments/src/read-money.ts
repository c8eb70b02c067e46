import { Inject, Injectable } from '@nestjs/common';
import { isId } from '@steelyard/kernel';
import { DATABASE, type Database, type PaymentDispute, type PaymentOperation, type PaymentRefund, type Reconciliation, type StripeEvent, type Tx } from '@steelyard/platform-database';
import type { OperationState } from './outbox/operation.js';
import type { Payout } from './payouts/payout.js';
import type { Payment } from './top-ups/payment.js';

/** A payment with what has gone back of it. */
export type PaymentWithReturns = Payment & { readonly refunds: readonly PaymentRefund[]; readonly disputes: readonly PaymentDispute[] };

export interface PageOf {
  readonly limit: number;
  readonly afterId: string | undefined;
}

/** What is written down of real money, for those it belongs to and for the operator. */
@Injectable()
export class ReadMoney {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** Newest first, one more than the page. */
  payments(tenantId: string, { limit, afterId }: PageOf): Promise<PaymentWithReturns[]> {
    return this.database.withTenant(tenantId, async (tx) => {
      const where = { tenantId, ...(afterId !== undefined && { id: { lt: afterId } }) };
      return withReturns(tx, (await tx.payment.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1 })) as Payment[]);
    });
  }

  payment(tenantId: string, id: string): Promise<PaymentWithReturns | undefined> {
    return this.database.withTenant(tenantId, async (tx) => {
      const rows = isId(id) ? await tx.payment.findMany({ where: { tenantId, id } }) : [];
      return (await withReturns(tx, rows as Payment[]))[0];
    });
  }

  /** Newest first, one more than the page. */
  payouts(tenantId: string, { limit, afterId }: PageOf): Promise<Payout[]> {
    const where = { tenantId, ...(afterId !== undefined && { id: { lt: afterId } }) };
    return this.database.withTenant(tenantId, (tx) => tx.payout.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1 })) as Promise<Payout[]>;
  }

  /** Every provider's, of one month. */
  payoutsOf(period: number): Promise<Payout[]> {
    return this.database.withPlatform((tx) => tx.payout.findMany({ where: { period }, orderBy: { id: 'asc' } })) as Promise<Payout[]>;
  }

  /** Which of these providers Stripe sends money to. */
  async enabled(tenantIds: readonly string[]): Promise<ReadonlySet<string>> {
    const where = { tenantId: { in: [...tenantIds] }, enabled: true };
    const rows = await this.database.withPlatform((tx) => tx.payoutAccount.findMany({ where, select: { tenantId: true } }));
    return new Set(rows.map(({ tenantId }) => tenantId));
  }

  /** What Stripe was asked to do and is in one of these states, oldest first. */
  operations(states: readonly OperationState[], limit: number): Promise<PaymentOperation[]> {
    return this.database.withPlatform((tx) => tx.paymentOperation.findMany({ where: { state: { in: [...states] } }, orderBy: { createdAt: 'asc' }, take: limit }));
  }

  operation(id: string): Promise<PaymentOperation> {
    return this.database.withPlatform((tx) => tx.paymentOperation.findUniqueOrThrow({ where: { id } }));
  }

  /** What Stripe has said and nobody could apply at the first attempt, oldest first. */
  waitingEvents(limit: number): Promise<StripeEvent[]> {
    return this.database.withPlatform((tx) => tx.stripeEvent.findMany({ where: { appliedAt: null, error: { not: null } }, orderBy: { receivedAt: 'asc' }, take: limit }));
  }

  /** Newest first. */
  reconciliations(limit: number): Promise<Reconciliation[]> {
    return this.database.withPlatform((tx) => tx.reconciliation.findMany({ orderBy: { day: 'desc' }, take: limit }));
  }
}

async function withReturns(tx: Tx, payments: readonly Payment[]): Promise<PaymentWithReturns[]> {
  const where = { paymentId: { in: payments.map(({ id }) => id) } };
  const refunds = await tx.paymentRefund.findMany({ where, orderBy: { id: 'asc' } });
  const disputes = await tx.paymentDispute.findMany({ where, orderBy: { createdAt: 'asc' } });
  return payments.map((payment) => ({
    ...payment,
    refunds: refunds.filter(({ paymentId }) => paymentId === payment.id),
    disputes: disputes.filter(({ paymentId }) => paymentId === payment.id),
  }));
}
