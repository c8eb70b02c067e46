import { Inject } from '@nestjs/common';
import { Args, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { OrganizationHandles } from '@steelyard/domain-identity';
import type { Caller } from '@steelyard/kernel';
import { CurrentCaller, OperatorOnly, PageArgs, pageOf, toPage, type Page } from '@steelyard/platform-graphql';
import { ResolveOperation } from '../outbox/resolve-operation.js';
import { ReadMoney } from '../read-money.js';
import { Reconcile } from '../reconciliation/reconcile.js';
import { RefundPayment } from '../refunds/refund-payment.js';
import { toOperation, toPayment, toReconciliation, toRefund } from './nodes.js';
import { OperationState, PaymentOperation, Reconciliation, ResolveOperationInput, WaitingStripeEvent } from './operator.graphql-types.js';
import { Payment, PaymentConnection, PaymentRefund, RefundPaymentInput } from './payments.graphql-types.js';

const OUTBOX_MOST = 200;

@Resolver(() => PaymentOperation)
export class PaymentOperatorResolver {
  constructor(
    @Inject(ReadMoney) private readonly money: ReadMoney,
    @Inject(OrganizationHandles) private readonly handles: OrganizationHandles,
    @Inject(ResolveOperation) private readonly resolving: ResolveOperation,
    @Inject(RefundPayment) private readonly refunding: RefundPayment,
    @Inject(Reconcile) private readonly reconciling: Reconcile,
  ) {}

  @OperatorOnly()
  @Query(() => [PaymentOperation], { description: 'What Stripe is asked to do, oldest first, at most 200: by default what is stuck and waits for the operator.' })
  async outbox(@Args('states', { type: () => [OperationState], defaultValue: [OperationState.STUCK] }) states: OperationState[]): Promise<PaymentOperation[]> {
    const rows = await this.money.operations(states, OUTBOX_MOST);
    const handles = await this.handles.handlesOf(rows.map(({ tenantId }) => tenantId));
    return rows.map((row) => toOperation(row, handles.get(row.tenantId)!));
  }

  @OperatorOnly()
  @Query(() => [WaitingStripeEvent], { description: 'What Stripe has said and could not be applied, oldest first, at most 200. What comes in and is applied at once is not here.' })
  async waitingStripeEvents(): Promise<WaitingStripeEvent[]> {
    return (await this.money.waitingEvents(OUTBOX_MOST)).map(({ error, ...event }) => ({ ...event, error: error! }));
  }

  @OperatorOnly()
  @Mutation(() => PaymentOperation, { description: 'Does something about an operation that is stuck. Stripe is looked at first: what it has done is never done again.' })
  async resolveOperation(@CurrentCaller() caller: Caller, @Args('input', { type: () => ResolveOperationInput }) input: ResolveOperationInput): Promise<PaymentOperation> {
    const row = await this.money.operation(await this.resolving.resolve(caller, input));
    return toOperation(row, (await this.handles.handlesOf([row.tenantId])).get(row.tenantId)!);
  }

  @OperatorOnly()
  @Query(() => PaymentConnection, { description: "An organization's payments, newest first." })
  async organizationPayments(@Args('handle', { type: () => String }) handle: string, @Args() args: PageArgs): Promise<Page<Payment>> {
    const page = pageOf(args);
    const tenantId = await this.handles.idOf(handle);
    return toPage(tenantId === undefined ? [] : await this.money.payments(tenantId, page), page.limit, ({ id }) => id, toPayment);
  }

  @OperatorOnly()
  @Mutation(() => PaymentRefund, { description: 'Gives money of a payment back to who paid it: at most what is left of it, and what its wallet has available.' })
  async refundPayment(@CurrentCaller() caller: Caller, @Args('input', { type: () => RefundPaymentInput }) input: RefundPaymentInput): Promise<PaymentRefund> {
    return toRefund(await this.refunding.refund(caller, { ...input, amount: input.amount ?? undefined, id: input.id ?? undefined }));
  }

  @OperatorOnly()
  @Query(() => [Reconciliation], { description: 'One for each day, newest first.' })
  async reconciliations(@Args('first', { type: () => Int, defaultValue: 30 }) first: number): Promise<Reconciliation[]> {
    return (await this.money.reconciliations(Math.min(Math.max(first, 1), OUTBOX_MOST))).map(toReconciliation);
  }

  @OperatorOnly()
  @Mutation(() => Reconciliation, { description: 'Holds a day against Stripe now; by default yesterday, in UTC.' })
  async reconcile(@Args('day', { type: () => String, nullable: true }) day: string | null): Promise<Reconciliation> {
    return toReconciliation(await this.reconciling.run(day ?? undefined));
  }
}
