import { Field, Float, Int, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'For the owner alone. Percentiles are of calls that were answered or ran out of time, in milliseconds.' })
export class CanaryComparison {
  @Field(() => Int)
  calls!: number;

  @Field(() => Int)
  faults!: number;

  @Field(() => Float, { nullable: true })
  p95Ms!: number | null;

  @Field(() => Int)
  stableCalls!: number;

  @Field(() => Int)
  stableFaults!: number;

  @Field(() => Float, { nullable: true })
  stableP95Ms!: number | null;

  @Field(() => String, { description: 'What the guard makes of it: waiting for more calls, healthy, or rolling back, and why.' })
  verdict!: string;
}
