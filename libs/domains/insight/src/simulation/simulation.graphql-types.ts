import { Field, Float, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { FreeTierInput, PriceComponentInput } from '@steelyard/domain-catalog';
import { NanoScalar } from '@steelyard/platform-graphql';
import { UsageSide } from '../usage/usage.graphql-types.js';

@InputType()
export class SimulatePriceInput {
  @Field(() => UsageSide, { nullable: true, defaultValue: UsageSide.CONSUMER, description: 'Whether of the calls that your organization made, or of those of its model.' })
  side?: UsageSide | null;

  @Field(() => String, { nullable: true, description: 'owner/name for all versions, or owner/name@version. A consumer that names none means all that it called.' })
  model?: string | null;

  @Field(() => Date, { nullable: true, description: 'Calls that were let in at this time or later; 30 days before the end when absent, and 366 days before it at most.' })
  from?: Date | null;

  @Field(() => Date, { nullable: true, description: 'Calls that were let in before this time; now, when absent.' })
  to?: Date | null;

  @Field(() => [PriceComponentInput], { nullable: true, description: 'The terms, as setPrice takes them. None of them: calls are free. Absent where `like` is given.' })
  components?: PriceComponentInput[] | null;

  @Field(() => String, { nullable: true, description: 'ISO 4217 in lower case; default: the currency of the server.' })
  currency?: string | null;

  @Field(() => FreeTierInput, { nullable: true, description: 'Units that are free for each consumer and calendar month.' })
  free?: FreeTierInput | null;

  @Field(() => String, { nullable: true, description: 'A model whose price of this moment is taken instead: owner/name, owner/name@version or owner/name:channel.' })
  like?: string | null;
}

@ObjectType()
export class CurrencyAmount {
  @Field(() => String)
  currency!: string;

  @Field(() => NanoScalar)
  amountNano!: bigint;
}

@ObjectType({ description: 'Calls of a day or month (UTC) that could be rated.' })
export class SimulatedStretch {
  @Field(() => Date)
  start!: Date;

  @Field(() => Float)
  calls!: number;

  @Field(() => [CurrencyAmount])
  paid!: CurrencyAmount[];

  @Field(() => NanoScalar)
  wouldPayNano!: bigint;

  @Field(() => NanoScalar, { nullable: true })
  differenceNano!: bigint | null;
}

@ObjectType({ description: 'Calls of a version that have not counted a unit of the terms.' })
export class UncountedUnit {
  @Field(() => ID)
  versionId!: string;

  @Field(() => String, { nullable: true, description: 'owner/name@version; null once the model is gone or hidden.' })
  ref!: string | null;

  @Field(() => String)
  unit!: string;

  @Field(() => Float)
  calls!: number;
}

@ObjectType()
export class SimulatedComponent {
  @Field(() => String)
  unit!: string;

  @Field(() => NanoScalar)
  amountNano!: bigint;

  @Field(() => Int)
  per!: number;
}

@ObjectType()
export class SimulatedFreeTier {
  @Field(() => String)
  unit!: string;

  @Field(() => Int)
  quantity!: number;
}

@ObjectType({ description: 'The terms that calls were rated by.' })
export class SimulatedTerms {
  @Field(() => String)
  currency!: string;

  @Field(() => [SimulatedComponent])
  components!: SimulatedComponent[];

  @Field(() => SimulatedFreeTier, { nullable: true })
  free!: SimulatedFreeTier | null;
}

@ObjectType({ description: 'What past calls cost, and what they would have cost by other terms. Calls that could not be rated are in none of the amounts but `uncountedPaid`.' })
export class PriceSimulation {
  @Field(() => Date)
  from!: Date;

  @Field(() => Date)
  to!: Date;

  @Field(() => SimulatedTerms)
  terms!: SimulatedTerms;

  @Field(() => Float, { description: 'Answered calls that could be rated.' })
  calls!: number;

  @Field(() => [CurrencyAmount], { description: 'What these cost.' })
  paid!: CurrencyAmount[];

  @Field(() => NanoScalar, { description: 'What they would have cost, in the currency of the terms.' })
  wouldPayNano!: bigint;

  @Field(() => NanoScalar, { nullable: true, description: 'What they would have cost less what they cost; null where some were paid in another currency.' })
  differenceNano!: bigint | null;

  @Field(() => Float, { description: 'Calls that the free units would have covered.' })
  freeCalls!: number;

  @Field(() => Boolean, { description: 'Whether each call was rated by itself, to the last nano. False for more than 200,000 calls: then their daily sums were.' })
  isCallByCall!: boolean;

  @Field(() => Float, { description: 'Answered calls that have not counted what the terms are by, so that nobody knows what they would have cost.' })
  uncountedCalls!: number;

  @Field(() => [CurrencyAmount], { description: 'What these cost.' })
  uncountedPaid!: CurrencyAmount[];

  @Field(() => [UncountedUnit], { description: 'What was not counted, by version; at most 100.' })
  uncounted!: UncountedUnit[];

  @Field(() => [SimulatedStretch], { description: 'Oldest first; days without calls are left out.' })
  days!: SimulatedStretch[];

  @Field(() => [SimulatedStretch])
  months!: SimulatedStretch[];
}
