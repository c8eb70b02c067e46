import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { PredictionStatus } from '@steelyard/domain-metering';
import { NanoScalar } from '@steelyard/platform-graphql';
import { DocumentReference } from './documents.graphql-types.js';
import { CorrectionRefusal } from './operator.graphql-types.js';

@ObjectType({ description: 'A charge was taken back.' })
export class ChargeCorrection {
  @Field(() => String, { description: 'As it stands on the credit note.' })
  reason!: string;

  @Field(() => String, { description: 'Who took it back.' })
  actorId!: string;

  @Field(() => Date)
  createdAt!: Date;

  @Field(() => DocumentReference)
  creditNote!: DocumentReference;
}

@ObjectType({ description: 'A call of any organization, and what it was charged.' })
export class Charge {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'Handle of who called.' })
  consumer!: string;

  @Field(() => String, { description: 'Handle of whose model it is.' })
  provider!: string;

  @Field(() => String, { nullable: true, description: 'owner/name@version; null once the version is gone.' })
  model!: string | null;

  @Field(() => Date)
  occurredAt!: Date;

  @Field(() => PredictionStatus)
  status!: PredictionStatus;

  @Field(() => String, { nullable: true })
  errorCode!: string | null;

  @Field(() => NanoScalar)
  amountNano!: bigint;

  @Field(() => NanoScalar, { description: "The platform's part of the amount." })
  feeNano!: bigint;

  @Field(() => String)
  currency!: string;

  @Field(() => Int, { description: 'The month (yyyymm) that it is invoiced with.' })
  period!: number;

  @Field(() => CorrectionRefusal, { nullable: true, description: 'Why it cannot be taken back; null when it can.' })
  problem!: string | null;

  @Field(() => ChargeCorrection, { nullable: true, description: 'Null while it was not taken back.' })
  correction!: ChargeCorrection | null;
}
