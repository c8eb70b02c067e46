import { Field, Float, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { PredictionStatus } from '@steelyard/domain-metering';
import { connectionOf, NanoScalar } from '@steelyard/platform-graphql';
import { UnitUsage } from './usage-series.graphql-types.js';

export enum UsageSide {
  CONSUMER = 'consumer',
  PROVIDER = 'provider',
}
registerEnumType(UsageSide, {
  name: 'UsageSide',
  description: 'Which end of a use the caller was at.',
  valuesMap: { CONSUMER: { description: 'Calls that your keys made.' }, PROVIDER: { description: 'Calls of your models.' } },
});

@ObjectType({ description: 'One call that ran, and what it cost.' })
export class UsageEvent {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  modelId!: string;

  @Field(() => ID)
  versionId!: string;

  @Field(() => String, { nullable: true, description: 'owner/name; null once the model is gone or hidden.' })
  modelRef?: string | null;

  @Field(() => String, { nullable: true, description: '1.2.0' })
  version?: string | null;

  @Field(() => PredictionStatus)
  status!: PredictionStatus;

  @Field(() => String, { nullable: true })
  errorCode!: string | null;

  @Field(() => String)
  unit!: string;

  @Field(() => NanoScalar)
  quantity!: bigint;

  @Field(() => [UnitUsage], { description: 'The charge, component by component.' })
  lines!: UnitUsage[];

  @Field(() => NanoScalar, { description: 'How many parts of the free unit the call took; above 0 it was free.' })
  freeQuantity!: bigint;

  @Field(() => String, { nullable: true, description: 'What the caller called the call; empty for nothing; not told to the provider.' })
  tag!: string | null;

  @Field(() => Int, { description: 'The month (yyyymm) that it is invoiced with.' })
  period!: number;

  @Field(() => ID, { description: 'The price that was applied.' })
  priceId!: string;

  @Field(() => NanoScalar)
  amountNano!: bigint;

  @Field(() => NanoScalar, { description: "The platform's part of the amount." })
  feeNano!: bigint;

  @Field(() => String)
  currency!: string;

  @Field(() => ID, { nullable: true, description: 'The key that made the call; not told to the provider.' })
  keyId!: string | null;

  @Field(() => Float)
  computeMs!: number;

  @Field(() => Float, { description: 'Milliseconds in the server.' })
  totalMs!: number;

  @Field(() => Date)
  occurredAt!: Date;
}

export const UsageConnection = connectionOf(UsageEvent, 'Usage');

@ObjectType({ description: 'Calls of a period, added up.' })
export class UsageSummary {
  @Field(() => Float)
  calls!: number;

  @Field(() => Float)
  failed!: number;

  @Field(() => NanoScalar)
  amountNano!: bigint;

  @Field(() => NanoScalar)
  feeNano!: bigint;

  @Field(() => String)
  currency!: string;
}
