import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { NanoScalar } from '@steelyard/platform-graphql';
import { BudgetAlert } from './alert.graphql-types.js';

export enum BudgetScope {
  ORGANIZATION = 'organization',
  KEY = 'key',
  MODEL = 'model',
}
registerEnumType(BudgetScope, { name: 'BudgetScope', description: 'Whose calls count: all of the organization, those of one API key, or those of one model.' });

export enum BudgetPeriod {
  DAY = 'day',
  MONTH = 'month',
  TOTAL = 'total',
}
registerEnumType(BudgetPeriod, {
  name: 'BudgetPeriod',
  description: 'How long a window is, in UTC.',
  valuesMap: { TOTAL: { description: 'One window that never ends, and counts all that was ever used.' } },
});

@ObjectType()
export class BudgetKey {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true, description: 'Null for a key that is not known any more.' })
  name!: string | null;
}

@ObjectType()
export class BudgetModel {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true, description: 'owner/name; null for a model that your organization cannot see any more.' })
  ref!: string | null;
}

@ObjectType({ description: 'A limit that an organization sets itself, with what is used of it.' })
export class Budget {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => BudgetScope)
  scope!: BudgetScope;

  @Field(() => BudgetKey, { nullable: true, description: 'Set for a budget of one key.' })
  key!: BudgetKey | null;

  @Field(() => BudgetModel, { nullable: true, description: 'Set for a budget of one model.' })
  model!: BudgetModel | null;

  @Field(() => BudgetPeriod)
  period!: BudgetPeriod;

  @Field(() => String)
  currency!: string;

  @Field(() => NanoScalar)
  limitNano!: bigint;

  @Field(() => NanoScalar, { description: 'Charged in the window that runs.' })
  usedNano!: bigint;

  @Field(() => NanoScalar, { description: 'Held for calls under way.' })
  heldNano!: bigint;

  @Field(() => NanoScalar, { description: 'The limit less used and held; below zero where more was used than the limit.' })
  leftNano!: bigint;

  @Field(() => String, { description: 'Decimal, e.g. 25.00' })
  limit!: string;

  @Field(() => String, { description: 'Decimal' })
  used!: string;

  @Field(() => String, { description: 'Decimal' })
  held!: string;

  @Field(() => String, { description: 'Decimal' })
  left!: string;

  @Field(() => Date, { description: 'When the window that runs began; 1970 for one that never ends.' })
  startsAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When the next window begins; null for one that never ends.' })
  resetsAt!: Date | null;

  @Field(() => Boolean, { description: 'A hard one refuses calls that would pass it; one that is not hard only tells.' })
  hard!: boolean;

  @Field(() => [Int], { description: 'At how many percent of the limit an alert is raised.' })
  alertPercents!: number[];

  @Field(() => [BudgetAlert], { description: 'The latest twenty, newest first.' })
  alerts!: BudgetAlert[];

  @Field(() => String, { nullable: true, description: 'Where alerts are sent to.' })
  webhook!: string | null;

  @Field(() => Date)
  createdAt!: Date;

  @Field(() => Date, { nullable: true, description: 'From then on it counts no more.' })
  endedAt!: Date | null;
}
