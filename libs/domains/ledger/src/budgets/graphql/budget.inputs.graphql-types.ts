import { Field, ID, InputType, Int } from '@nestjs/graphql';
import { BudgetPeriod, BudgetScope } from './budget.graphql-types.js';

@InputType()
export class CreateBudgetInput {
  @Field(() => String)
  name!: string;

  @Field(() => BudgetScope, { defaultValue: BudgetScope.ORGANIZATION })
  scope!: BudgetScope;

  @Field(() => ID, { nullable: true, description: 'The API key, for a budget of one.' })
  keyId?: string | null;

  @Field(() => String, { nullable: true, description: 'owner/name, for a budget of one model.' })
  model?: string | null;

  @Field(() => BudgetPeriod, { defaultValue: BudgetPeriod.MONTH })
  period!: BudgetPeriod;

  @Field(() => String, { description: 'Decimal amount of the currency unit, e.g. 25.00' })
  limit!: string;

  @Field(() => String, { nullable: true, description: 'ISO 4217 in lower case; default: the currency of the server.' })
  currency?: string | null;

  @Field(() => Boolean, { defaultValue: true, description: 'Whether calls that would pass the limit are refused.' })
  hard!: boolean;

  @Field(() => [Int], { defaultValue: [80, 100], description: 'At how many percent of the limit an alert is raised: up to ten of 1 to 100.' })
  alertPercents!: number[];

  @Field(() => String, { nullable: true, description: 'An https:// address that alerts are sent to.' })
  webhook?: string | null;
}

@InputType({ description: 'What is left out stays as it is.' })
export class ChangeBudgetInput {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'Decimal amount of the currency unit, e.g. 25.00' })
  limit?: string | null;

  @Field(() => Boolean, { nullable: true })
  hard?: boolean | null;

  @Field(() => [Int], { nullable: true })
  alertPercents?: number[] | null;

  @Field(() => String, { nullable: true, description: 'An https:// address; null for none. Another address gets a new secret.' })
  webhook?: string | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Makes a new secret; the old one counts no more.' })
  newWebhookSecret!: boolean;
}
