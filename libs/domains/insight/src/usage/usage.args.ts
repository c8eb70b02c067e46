import { ArgsType, Field, ID } from '@nestjs/graphql';
import { PredictionStatus } from '@steelyard/domain-metering';
import { PageArgs } from '@steelyard/platform-graphql';
import { UsageSide } from './usage.graphql-types.js';
import { UsageGroup, UsageInterval } from './usage-series.graphql-types.js';

@ArgsType()
export class UsageArgs extends PageArgs {
  @Field(() => UsageSide, { defaultValue: UsageSide.CONSUMER })
  side!: UsageSide;

  @Field(() => Date, { nullable: true, description: 'Calls that were let in at this time or later.' })
  from?: Date | null;

  @Field(() => Date, { nullable: true, description: 'Calls that were let in before this time.' })
  to?: Date | null;

  @Field(() => String, { nullable: true, description: 'owner/name' })
  model?: string | null;

  @Field(() => ID, { nullable: true, description: "Of the consumer's own keys." })
  keyId?: string | null;

  @Field(() => String, { nullable: true, description: 'What the consumer called the calls; empty for those without a tag.' })
  tag?: string | null;

  @Field(() => PredictionStatus, { nullable: true })
  status?: PredictionStatus | null;
}

@ArgsType()
export class UsageSummaryArgs {
  @Field(() => UsageSide, { defaultValue: UsageSide.CONSUMER })
  side!: UsageSide;

  @Field(() => Date, { nullable: true, description: 'Calls that were let in at this time or later.' })
  from?: Date | null;

  @Field(() => Date, { nullable: true, description: 'Calls that were let in before this time.' })
  to?: Date | null;

  @Field(() => String, { nullable: true, description: 'owner/name' })
  model?: string | null;

  @Field(() => ID, { nullable: true, description: "Of the consumer's own keys." })
  keyId?: string | null;

  @Field(() => String, { nullable: true, description: 'What the consumer called the calls; empty for those without a tag.' })
  tag?: string | null;

  @Field(() => PredictionStatus, { nullable: true })
  status?: PredictionStatus | null;

  @Field(() => String, { nullable: true, description: 'ISO 4217 in lower case; default: the currency of the server.' })
  currency?: string | null;
}

@ArgsType()
export class UsageUnitsArgs {
  @Field(() => UsageSide, { defaultValue: UsageSide.CONSUMER })
  side!: UsageSide;

  @Field(() => Date)
  from!: Date;

  @Field(() => Date, { nullable: true, description: 'Now, when absent.' })
  to?: Date | null;

  @Field(() => String, { nullable: true, description: 'owner/name' })
  model?: string | null;

  @Field(() => ID, { nullable: true, description: "Of the consumer's own keys." })
  keyId?: string | null;

  @Field(() => String, { nullable: true, description: 'What the consumer called the calls; empty for those without a tag.' })
  tag?: string | null;

  @Field(() => PredictionStatus, { nullable: true })
  status?: PredictionStatus | null;

  @Field(() => String, { nullable: true, description: 'ISO 4217 in lower case; default: the currency of the server.' })
  currency?: string | null;
}

@ArgsType()
export class UsageSeriesArgs extends UsageUnitsArgs {
  @Field(() => UsageGroup, { defaultValue: UsageGroup.NONE })
  groupBy!: UsageGroup;

  @Field(() => UsageInterval, { defaultValue: UsageInterval.DAY })
  interval!: UsageInterval;
}
