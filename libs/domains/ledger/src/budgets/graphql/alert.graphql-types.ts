import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { NanoScalar } from '@steelyard/platform-graphql';

export enum AlertReason {
  PASSED = 'passed',
  REFUSED = 'refused',
}
registerEnumType(AlertReason, {
  name: 'AlertReason',
  valuesMap: { PASSED: { description: 'That much of the limit is used.' }, REFUSED: { description: 'A hard limit had not enough left for a call, which was refused.' } },
});

export enum AlertDelivery {
  NONE = 'none',
  WAITING = 'waiting',
  DELIVERED = 'delivered',
  FAILED = 'failed',
}
registerEnumType(AlertDelivery, {
  name: 'AlertDelivery',
  description: "What became of telling the budget's address.",
  valuesMap: {
    NONE: { description: 'The budget had no address.' },
    WAITING: { description: 'It is to be sent, or sent again.' },
    DELIVERED: { description: 'The address answered with a status of 200 to 299.' },
    FAILED: { description: 'It was tried for a day.' },
  },
});

@ObjectType({ description: 'A threshold that a budget passed: once in each window, and anew when its limit is changed.' })
export class BudgetAlert {
  @Field(() => ID)
  id!: string;

  @Field(() => Int, { description: 'Of the limit' })
  percent!: number;

  @Field(() => AlertReason)
  reason!: AlertReason;

  @Field(() => Date, { description: 'When the window began.' })
  startsAt!: Date;

  @Field(() => NanoScalar, { description: 'The limit at that time.' })
  limitNano!: bigint;

  @Field(() => NanoScalar, { description: 'What was used when it was noticed.' })
  usedNano!: bigint;

  @Field(() => Date)
  raisedAt!: Date;

  @Field(() => AlertDelivery)
  delivery!: AlertDelivery;

  @Field(() => Int, { description: 'How often it was sent.' })
  attempts!: number;

  @Field(() => Date, { nullable: true, description: 'When it is sent next.' })
  nextAttemptAt!: Date | null;

  @Field(() => Date, { nullable: true })
  deliveredAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why the last attempt failed.' })
  problem!: string | null;
}

@ObjectType({ description: "An alert whose budget's address did not take it for a day. It is not sent again; its organization sees it with the budget." })
export class UndeliveredAlert {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'Handle.' })
  organization!: string;

  @Field(() => String)
  budgetName!: string;

  @Field(() => Int, { description: 'How often it was sent.' })
  attempts!: number;

  @Field(() => Date)
  raisedAt!: Date;

  @Field(() => String, { nullable: true, description: 'Why the last attempt failed.' })
  problem!: string | null;
}

@ObjectType({ description: "What came of a test of a budget's address." })
export class WebhookTest {
  @Field(() => Boolean)
  delivered!: boolean;

  @Field(() => Int, { nullable: true, description: 'The HTTP status of the answer, if there was one.' })
  status!: number | null;

  @Field(() => String, { nullable: true, description: 'What went wrong.' })
  problem!: string | null;
}
