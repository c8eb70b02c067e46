import { Field, Float, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { NanoScalar } from '@steelyard/platform-graphql';

export enum UsageGroup {
  NONE = 'none',
  MODEL = 'model',
  VERSION = 'version',
  KEY = 'key',
  TAG = 'tag',
}
registerEnumType(UsageGroup, { name: 'UsageGroup' });

export enum UsageInterval {
  HOUR = 'hour',
  DAY = 'day',
  PERIOD = 'period',
}
registerEnumType(UsageInterval, { name: 'UsageInterval', valuesMap: { PERIOD: { description: 'The whole period as one.' } } });

@ObjectType({ description: 'Calls of one stretch of time, of one group.' })
export class UsageBucket {
  @Field(() => Date)
  start!: Date;

  @Field(() => ID, { nullable: true, description: 'Id of the model, version or key, or the tag, that the calls have in common; null without grouping.' })
  group!: string | null;

  @Field(() => String, { nullable: true, description: "The same, for people: owner/name, owner/name@version, the key's name." })
  groupName!: string | null;

  @Field(() => Float)
  calls!: number;

  @Field(() => Float)
  failed!: number;

  @Field(() => NanoScalar)
  amountNano!: bigint;

  @Field(() => NanoScalar)
  feeNano!: bigint;

  @Field(() => Float, { nullable: true, description: 'Milliseconds; of answered calls. Told of at most 92 days, and 7 by the hour.' })
  p50Ms?: number | null;

  @Field(() => Float, { nullable: true })
  p95Ms?: number | null;
}

@ObjectType({ description: 'What was used of one unit of prices.' })
export class UnitUsage {
  @Field(() => String, { description: 'input_token, compute_second, ...' })
  unit!: string;

  @Field(() => NanoScalar, { description: 'In parts of the unit: microseconds of seconds, bytes of megabytes, else whole.' })
  quantity!: bigint;

  @Field(() => NanoScalar)
  amountNano!: bigint;
}
