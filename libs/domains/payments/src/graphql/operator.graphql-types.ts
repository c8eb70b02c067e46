import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { NanoScalar } from '@steelyard/platform-graphql';

export enum OperationState {
  PENDING = 'pending',
  SENT = 'sent',
  DONE = 'done',
  FAILED = 'failed',
  STUCK = 'stuck',
}
registerEnumType(OperationState, {
  name: 'PaymentOperationState',
  valuesMap: {
    PENDING: { description: 'Not sent.' },
    SENT: { description: 'What Stripe did is not known yet; it is looked up before it is sent again.' },
    FAILED: { description: 'Stripe has refused, or it was given up; what was written for it is taken back.' },
    STUCK: { description: 'Somebody has to look: `error` says what at.' },
  },
});

export enum ResolveAction {
  RETRY = 'retry',
  GIVE_UP = 'give-up',
}
registerEnumType(ResolveAction, {
  name: 'ResolveAction',
  valuesMap: {
    RETRY: { description: 'Looks at Stripe once more, and sends it under a new key if it is not there.' },
    GIVE_UP: { description: 'Looks at Stripe once more, and takes back what was written for it if it is not there.' },
  },
});

@ObjectType({ description: 'Something that Stripe is asked to do.' })
export class PaymentOperation {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'The handle of the organization that it is for.' })
  organization!: string;

  @Field(() => String, { description: 'customer, checkout, charge, refund, account, payout or reversal' })
  kind!: string;

  @Field(() => String, { description: 'Its name for good; Stripe has it in the metadata `steelyard` of what it has made.' })
  key!: string;

  @Field(() => OperationState)
  state!: OperationState;

  @Field(() => Int)
  attempts!: number;

  @Field(() => String, { nullable: true, description: 'What went wrong last, and what to do about it where something is to be done.' })
  error!: string | null;

  @Field(() => String, { nullable: true, description: 'Why an operator has resolved it as they did.' })
  resolution!: string | null;

  @Field(() => Date)
  createdAt!: Date;

  @Field(() => Date, { nullable: true })
  firstSentAt!: Date | null;

  @Field(() => Date, { description: 'When it is tried next, while it is pending or sent.' })
  nextAt!: Date;
}

@InputType()
export class ResolveOperationInput {
  @Field(() => ID)
  id!: string;

  @Field(() => ResolveAction)
  action!: ResolveAction;

  @Field(() => String, { description: 'Kept with it.' })
  reason!: string;
}

@ObjectType({ description: 'Money that Stripe and the ledger do not agree on.' })
export class ReconciliationDifference {
  @Field(() => String, { description: '`payment <id>`, `refund <id>`, `dispute <id>` or `payout <id>`; the id of a transfer that no payout here is for is Stripe’s.' })
  subject!: string;

  @Field(() => String, { nullable: true, description: 'What Stripe calls it.' })
  stripeId!: string | null;

  @Field(() => String, { description: 'Decimal: what it has brought Stripe’s balance; in the currency that `action` names, where that is another.' })
  atStripe!: string;

  @Field(() => String, { description: 'Decimal: what the ledger has posted for it.' })
  inLedger!: string;

  @Field(() => String, { description: 'What to do about it.' })
  action!: string;
}

@ObjectType({ description: "A day's movements of Stripe's balance against the ledger's postings for them." })
export class Reconciliation {
  @Field(() => String, { description: 'In UTC: 2026-11-29' })
  day!: string;

  @Field(() => String)
  currency!: string;

  @Field(() => Boolean, { description: 'There is no difference.' })
  matched!: boolean;

  @Field(() => Int, { description: 'How many payments, refunds, disputes and payouts were compared.' })
  compared!: number;

  @Field(() => NanoScalar, { description: 'What Stripe has kept for itself.' })
  feesNano!: bigint;

  @Field(() => String, { description: 'Decimal.' })
  fees!: string;

  @Field(() => [ReconciliationDifference])
  differences!: ReconciliationDifference[];

  @Field(() => Date)
  ranAt!: Date;
}

@ObjectType({ description: 'Something that Stripe has said and that could not be applied yet. It is tried again by itself.' })
export class WaitingStripeEvent {
  @Field(() => ID, { description: "Stripe's." })
  id!: string;

  @Field(() => String, { description: 'E.g. payment_intent.succeeded' })
  type!: string;

  @Field(() => String, { description: 'What it is about, as Stripe calls it.' })
  objectId!: string;

  @Field(() => Int)
  attempts!: number;

  @Field(() => String, { description: 'Why the last attempt failed.' })
  error!: string;

  @Field(() => Date)
  receivedAt!: Date;

  @Field(() => Date)
  nextAt!: Date;
}
