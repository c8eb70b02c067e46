import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, NanoScalar } from '@steelyard/platform-graphql';

export enum PayoutState {
  WAITING = 'waiting',
  SENDING = 'sending',
  PAID = 'paid',
  FAILED = 'failed',
  REVERSING = 'reversing',
  REVERSED = 'reversed',
}
registerEnumType(PayoutState, {
  name: 'PayoutState',
  valuesMap: {
    WAITING: { description: '`waitingFor` says for what.' },
    SENDING: { description: 'Stripe has been asked to send it.' },
    FAILED: { description: "Stripe has refused; it goes with the next month's, unless the operator pays it by other means before." },
    REVERSING: { description: 'Stripe has been asked to take it back.' },
    REVERSED: { description: "Stripe has taken it back; it goes with the next month's." },
  },
});

export enum PayoutMethod {
  STRIPE = 'stripe',
  OFFLINE = 'offline',
}
registerEnumType(PayoutMethod, { name: 'PayoutMethod', valuesMap: { OFFLINE: { description: 'The operator has paid it by other means; `reference` says how.' } } });

@ObjectType({ description: 'What a provider is paid for the calls of its models up to the end of a month. At most one per provider and month.' })
export class Payout {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'The handle of the organization that is paid.' })
  organization!: string;

  @Field(() => Int, { description: '202611 is November 2026.' })
  period!: number;

  @Field(() => String, { description: 'Decimal, whole cents; what is left over stays and goes with a later month. While it waits it becomes less by what is taken back or not paid for any more.' })
  amount!: string;

  @Field(() => NanoScalar)
  amountNano!: bigint;

  @Field(() => String, { description: 'Decimal: what of it Stripe has taken back.' })
  reversed!: string;

  @Field(() => String)
  currency!: string;

  @Field(() => PayoutState)
  state!: PayoutState;

  @Field(() => PayoutMethod)
  method!: PayoutMethod;

  @Field(() => String, { nullable: true, description: 'For people: what has to happen before it is sent.' })
  waitingFor!: string | null;

  @Field(() => String, { nullable: true })
  reference!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was not sent, or taken back.' })
  failure!: string | null;

  @Field(() => Date)
  createdAt!: Date;

  @Field(() => Date, { nullable: true })
  settledAt!: Date | null;
}

@ObjectType()
export class PayoutConnection extends connectionOf(Payout, 'Payout') {}

@ObjectType({ description: "Where an organization's earnings are sent, as Stripe knows it." })
export class PayoutAccount {
  @Field(() => Boolean, { description: 'Stripe sends money to it.' })
  enabled!: boolean;

  @Field(() => [String], { description: 'What Stripe wants to know first, in its words; `setUpPayouts` leads to where it asks.' })
  requirements!: string[];

  @Field(() => String)
  email!: string;

  @Field(() => String, { description: 'ISO 3166, two letters.' })
  country!: string;

  @Field(() => Date, { description: 'When Stripe was last asked.' })
  seenAt!: Date;
}

@ObjectType()
export class PayoutSetUp {
  @Field(() => PayoutAccount)
  account!: PayoutAccount;

  @Field(() => String, { description: 'Where to send the provider: they tell Stripe the rest there. Good for minutes, and once; ask again for another.' })
  url!: string;
}

@InputType()
export class SetUpPayoutsInput {
  @Field(() => String, { description: 'Where Stripe writes to.' })
  email!: string;

  @Field(() => String, { description: 'ISO 3166, two letters, e.g. US. It cannot be changed once Stripe has taken it.' })
  country!: string;

  @Field(() => String, { nullable: true, description: 'The page of the portal that Stripe sends the provider back to.' })
  returnPath?: string | null;
}
