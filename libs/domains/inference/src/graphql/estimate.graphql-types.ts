import { createUnionType, Field, ID, ObjectType } from '@nestjs/graphql';
import { NanoScalar } from '@steelyard/platform-graphql';
import { InputInvalid } from './inference.graphql-types.js';

@ObjectType({ description: 'What one component of the price would come to. Where the least is the most, it is known before the call.' })
export class EstimateLine {
  @Field(() => String)
  unit!: string;

  @Field(() => NanoScalar, { description: 'In parts of the unit, as the units of a prediction are.' })
  least!: bigint;

  @Field(() => NanoScalar)
  most!: bigint;

  @Field(() => NanoScalar)
  leastNano!: bigint;

  @Field(() => NanoScalar)
  mostNano!: bigint;
}

@ObjectType({ description: 'Units of a model that are free for your organization in every calendar month (UTC), in parts of the unit.' })
export class FreeUnits {
  @Field(() => String)
  unit!: string;

  @Field(() => NanoScalar)
  quantity!: bigint;

  @Field(() => NanoScalar, { description: 'What is left of them this month.' })
  left!: bigint;
}

@ObjectType({ description: 'What a call would cost. Nothing is held for it, and nothing ran.' })
export class Estimate {
  @Field(() => String, { description: 'The version that would run: owner/model@version' })
  ref!: string;

  @Field(() => String)
  currency!: string;

  @Field(() => NanoScalar, { description: 'What would be charged at least; 0 where the free units cover the call.' })
  leastNano!: bigint;

  @Field(() => NanoScalar, { description: 'What would be charged at most, which is what must be there for the call to run.' })
  mostNano!: bigint;

  @Field(() => [EstimateLine])
  lines!: EstimateLine[];

  @Field(() => FreeUnits, { nullable: true })
  free!: FreeUnits | null;

  @Field(() => Boolean, { description: 'Whether the free units cover the call.' })
  isFree!: boolean;

  @Field(() => NanoScalar, { description: 'What your organization has.' })
  availableNano!: bigint;

  @Field(() => Boolean, { description: 'Whether the call would be let in at this moment.' })
  isAllowed!: boolean;

  @Field(() => String, { nullable: true, description: 'The code that it would be refused with.' })
  refusal!: string | null;

  @Field(() => ID, { nullable: true, description: 'The budget that does not cover it.' })
  budgetId!: string | null;
}

/** `resolveType` must answer at once, without a promise: compiled queries do not wait for one. */
export const EstimateOutcome = createUnionType({
  name: 'EstimateOutcome',
  types: () => [Estimate, InputInvalid] as const,
  resolveType: (value: Estimate | InputInvalid) => (value instanceof InputInvalid ? InputInvalid : Estimate),
});
