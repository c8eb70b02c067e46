import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { formatNano, type Caller } from '@steelyard/kernel';
import { Access, CurrentCaller, PageArgs, pageOf, toPage, type Page } from '@steelyard/platform-graphql';
import { paymentErrors } from '../errors.js';
import { AMOUNT_NANO_LEAST, AMOUNT_NANO_MOST, PaymentSettings } from '../payment-settings.js';
import { ReadMoney } from '../read-money.js';
import { Customers } from '../top-ups/customers.js';
import { RefreshPayment } from '../top-ups/refresh-payment.js';
import { StripeReceipt } from '../top-ups/stripe-receipt.js';
import { TopUp } from '../top-ups/top-up.js';
import { toPayment } from './nodes.js';
import { Payment, PaymentConnection, PaymentMethod, Payments, SavedCard, TopUpInput } from './payments.graphql-types.js';

@Resolver(() => Payments)
export class PaymentsResolver {
  constructor(
    @Inject(PaymentSettings) private readonly settings: PaymentSettings,
    @Inject(ReadMoney) private readonly money: ReadMoney,
    @Inject(TopUp) private readonly topUpCase: TopUp,
    @Inject(RefreshPayment) private readonly refreshCase: RefreshPayment,
    @Inject(Customers) private readonly customers: Customers,
    @Inject(StripeReceipt) private readonly receipt: StripeReceipt,
  ) {}

  @Access('balance:read')
  @Query(() => Payments)
  payments(): Omit<Payments, 'savedCards' | 'history'> {
    const { configured, currency } = this.settings;
    const { message, fix } = paymentErrors.NOT_CONFIGURED({});
    return {
      configured,
      testMode: configured && !this.settings.stripe().isLive,
      howToConfigure: configured ? null : `${message}. ${fix}`,
      currency,
      minimum: formatNano(AMOUNT_NANO_LEAST),
      maximum: formatNano(AMOUNT_NANO_MOST),
    };
  }

  @ResolveField(() => [SavedCard], { description: 'Cards that checkout has saved; none where payments are not configured. Stripe is asked for them.' })
  async savedCards(@CurrentCaller() caller: Caller): Promise<SavedCard[]> {
    return this.settings.configured ? this.customers.savedMethods(caller.organizationId) : [];
  }

  @ResolveField(() => PaymentConnection, { description: "The organization's payments, newest first." })
  async history(@CurrentCaller() caller: Caller, @Args() args: PageArgs): Promise<Page<Payment>> {
    const page = pageOf(args);
    return toPage(await this.money.payments(caller.organizationId, page), page.limit, ({ id }) => id, toPayment);
  }

  @Access('balance:read')
  @Query(() => Payment, { nullable: true, description: "One of the organization's payments, as it is written down." })
  async payment(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<Payment | null> {
    const payment = await this.money.payment(caller.organizationId, id);
    return payment ? toPayment(payment) : null;
  }

  @Access('balance:read')
  @Query(() => String, { nullable: true, description: "Where Stripe shows its own receipt of a payment; null for one of which nothing was charged. Stripe is asked for it." })
  async stripeReceipt(@CurrentCaller() caller: Caller, @Args('paymentId', { type: () => ID }) paymentId: string): Promise<string | null> {
    return (await this.receipt.addressOf(caller.organizationId, paymentId)) ?? null;
  }

  @Access('payments:manage')
  @Mutation(() => Payment, { description: 'Begins a payment into the wallet. For CHECKOUT send the payer to `checkoutUrl`; SAVED charges at once. The money is in the wallet when the state is SUCCEEDED.' })
  async topUp(@CurrentCaller() caller: Caller, @Args('input', { type: () => TopUpInput }) input: TopUpInput): Promise<Payment> {
    const { amount, currency, method, savedCardId, idempotencyKey, returnPath } = input;
    const { id } = await this.topUpCase.pay(caller, {
      amount, idempotencyKey, method: method ?? PaymentMethod.CHECKOUT, currency: currency ?? undefined, paymentMethodId: savedCardId ?? undefined, returnPath: returnPath ?? undefined,
    });
    return toPayment((await this.money.payment(caller.organizationId, id))!);
  }

  @Access('payments:manage')
  @Mutation(() => Payment, { description: 'Asks Stripe how a payment stands, for a payer who has come back from checkout and need not wait for its webhook.' })
  async refreshPayment(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<Payment> {
    return toPayment(await this.refreshCase.refresh(caller, id));
  }
}
