import { createUnionType, Field, ObjectType } from '@nestjs/graphql';
import { NanoScalar } from '@steelyard/platform-graphql';
import { Budget } from './budget.graphql-types.js';

@ObjectType()
export class BudgetSaved {
  @Field(() => Budget)
  budget!: Budget;

  @Field(() => String, { nullable: true, description: 'What alerts are signed with. Given when it is made, and never again.' })
  webhookSecret!: string | null;
}

@ObjectType()
export class BudgetProblem {
  @Field(() => String, { description: 'The field of the input.' })
  field!: string;

  @Field(() => String)
  message!: string;
}

@ObjectType({ description: 'Nothing was changed; all that is wrong is told at once.' })
export class BudgetInvalid {
  @Field(() => [BudgetProblem])
  problems!: BudgetProblem[];
}

@ObjectType({ description: 'Nothing was changed: a hard limit below what is used already would refuse every call.' })
export class BudgetBelowUsed {
  @Field(() => NanoScalar, { description: 'The least that a hard limit can be now.' })
  usedNano!: bigint;

  @Field(() => String, { description: 'Decimal' })
  used!: string;

  @Field(() => String)
  message!: string;

  @Field(() => String)
  fix!: string;
}

/** `resolveType` must answer at once, without a promise: compiled queries do not wait for one. */
export const BudgetResult = createUnionType({
  name: 'BudgetResult',
  types: () => [BudgetSaved, BudgetInvalid, BudgetBelowUsed] as const,
  resolveType: (value: BudgetSaved | BudgetInvalid | BudgetBelowUsed) => {
    if (value instanceof BudgetSaved) return BudgetSaved;
    return value instanceof BudgetInvalid ? BudgetInvalid : BudgetBelowUsed;
  },
});
