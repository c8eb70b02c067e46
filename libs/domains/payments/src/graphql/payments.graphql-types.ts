import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, NanoScalar } from '@steelyard/platform-graphql';

export enum PaymentMethod {
  CHECKOUT = 'checkout',
  SAVED = 'saved',
}
registerEnumType(PaymentMethod, {
  name: 'PaymentMethod',
  valuesMap: {
    CHECKOUT: { description: "On a page of Stripe's, which saves the card for later." },
    SAVED: { description: 'By a card that was saved, without its holder being there.' },
  },
});

export enum PaymentState {
  PENDING = 'pending',
  OPEN = 'open',
  PROCESSING = 'processing',
  SUCCEEDED = 'succeeded',
  FAILED = 'failed',
  CANCELED = 'canceled',
}
registerEnumType(PaymentState, {
  name: 'PaymentState',
  valuesMap: {
    PENDING: { description: 'It is not known yet what Stripe has done; this is found out by itself.' },
    OPEN: { description: 'Waits for somebody to pay at `checkoutUrl`.' },
    PROCESSING: { description: "The payer's bank is at it." },
    SUCCEEDED: { description: 'The money is in the wallet.' },
    FAILED: { description: 'Nothing was charged; `failure` says why.' },
    CANCELED: { description: 'Nobody paid.' },
  },
});

export enum RefundState {
  PENDING = 'pending',
  SUCCEEDED = 'succeeded',
  FAILED = 'failed',
}
registerEnumType(RefundState, { name: 'RefundState', valuesMap: { FAILED: { description: 'The money is back in the wallet.' } } });

@ObjectType({ description: 'Money of a payment that goes back to who paid it.' })
export class PaymentRefund {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'Decimal, e.g. 10.00' })
  amount!: string;

  @Field(() => NanoScalar)
  amountNano!: bigint;

  @Field(() => RefundState)
  state!: RefundState;

  @Field(() => String)
  reason!: string;

  @Field(() => String, { nullable: true, description: 'Why Stripe has not refunded it.' })
  failure!: string | null;

  @Field(() => Date)
  createdAt!: Date;
}

@ObjectType({ description: 'A payment that the payer has disputed with their bank.' })
export class PaymentDispute {
  @Field(() => ID, { description: "Stripe's id." })
  id!: string;

  @Field(() => String, { description: 'Decimal: what is disputed.' })
  amount!: string;

  @Field(() => String, { description: 'Decimal: what has been taken out of the wallet because of it.' })
  withdrawn!: string;

  @Field(() => String, { description: "Stripe's word for it, e.g. needs_response, won, lost." })
  state!: string;

  @Field(() => String)
  reason!: string;
}

@ObjectType({ description: "Money paid into an organization's wallet." })
export class Payment {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'Decimal, e.g. 25.00' })
  amount!: string;

  @Field(() => NanoScalar)
  amountNano!: bigint;

  @Field(() => String)
  currency!: string;

  @Field(() => PaymentMethod)
  method!: PaymentMethod;

  @Field(() => PaymentState)
  state!: PaymentState;

  @Field(() => String, { nullable: true, description: 'While it is open: the page to send the payer to.' })
  checkoutUrl!: string | null;

  @Field(() => String, { nullable: true, description: 'Why nothing was charged, for the payer.' })
  failure!: string | null;

  @Field(() => String, { description: 'Decimal: what has gone back or is on its way back.' })
  refunded!: string;

  @Field(() => [PaymentRefund])
  refunds!: PaymentRefund[];

  @Field(() => [PaymentDispute])
  disputes!: PaymentDispute[];

  @Field(() => Date)
  createdAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When it succeeded, failed or was canceled.' })
  settledAt!: Date | null;
}

@ObjectType()
export class PaymentConnection extends connectionOf(Payment, 'Payment') {}

@ObjectType({ description: 'A card that can be charged without its holder being there.' })
export class SavedCard {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'For people: visa ···· 4242' })
  label!: string;
}

@ObjectType({ description: "How real money comes into the organization's wallet." })
export class Payments {
  @Field(() => Boolean, { description: 'False where the operator has not connected Stripe: no mutation that moves real money works then, and wallets are filled by the operator.' })
  configured!: boolean;

  @Field(() => Boolean, { description: 'Stripe is in test mode: cards are test cards, and no money moves.' })
  testMode!: boolean;

  @Field(() => String, { nullable: true, description: 'Where it is not configured: what the operator has to do.' })
  howToConfigure!: string | null;

  @Field(() => String)
  currency!: string;

  @Field(() => String, { description: 'Decimal: the least that can be topped up at once.' })
  minimum!: string;

  @Field(() => String, { description: 'Decimal: the most that can be topped up at once.' })
  maximum!: string;
}

@InputType()
export class TopUpInput {
  @Field(() => String, { description: 'Decimal amount of the currency unit, whole cents, e.g. 25.00' })
  amount!: string;

  @Field(() => String, { nullable: true, description: 'Default: the currency of the server.' })
  currency?: string | null;

  @Field(() => PaymentMethod, { nullable: true, defaultValue: PaymentMethod.CHECKOUT })
  method?: PaymentMethod | null;

  @Field(() => ID, { nullable: true, description: 'Which of `savedCards`; the last saved when absent.' })
  savedCardId?: string | null;

  @Field(() => String, { description: 'Made by the caller, e.g. a UUID. Sent again, it is the same payment, as it is then; with another amount it is refused.' })
  idempotencyKey!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The page of the portal that Stripe sends the payer back to, e.g. /acme/wallet. It gets `payment=<id>` and `result=paid` or `result=canceled` added.',
  })
  returnPath?: string | null;
}

@InputType()
export class RefundPaymentInput {
  @Field(() => ID)
  paymentId!: string;

  @Field(() => String, { nullable: true, description: 'Decimal, whole cents; all that is left of the payment when absent.' })
  amount?: string | null;

  @Field(() => String)
  reason!: string;

  @Field(() => ID, { nullable: true, description: 'A UUID. Sent again with the same id, it is refunded once.' })
  id?: string | null;
}
