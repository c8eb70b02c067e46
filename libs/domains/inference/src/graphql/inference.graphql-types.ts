import { createUnionType, Field, Float, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { PredictionStatus } from '@steelyard/domain-metering';
import { JsonScalar, NanoScalar } from '@steelyard/platform-graphql';

@ObjectType()
export class UnitQuantity {
  @Field(() => String)
  unit!: string;

  @Field(() => NanoScalar)
  quantity!: bigint;
}

@ObjectType()
export class Prediction {
  @Field(() => ID)
  id!: string;

  @Field(() => PredictionStatus)
  status!: PredictionStatus;

  @Field(() => ID)
  modelId!: string;

  @Field(() => ID)
  versionId!: string;

  @Field(() => [UnitQuantity])
  units!: UnitQuantity[];

  @Field(() => NanoScalar)
  amountNano!: bigint;

  @Field(() => String)
  currency!: string;

  @Field(() => Float)
  queueMs!: number;

  @Field(() => Float)
  computeMs!: number;

  @Field(() => Float)
  totalMs!: number;

  @Field(() => String, { nullable: true })
  errorCode!: string | null;

  @Field(() => Date)
  occurredAt!: Date;
}

@InputType()
export class PredictInput {
  @Field(() => String, { description: 'owner/model, owner/model@version or owner/model:channel' })
  ref!: string;

  @Field(() => JsonScalar)
  input!: unknown;

  @Field(() => String, { nullable: true, description: 'Sent again with the same key, the same call is charged once.' })
  idempotencyKey?: string;

  @Field(() => Int, { nullable: true, description: 'How long you wait, in milliseconds.' })
  deadlineMs?: number;
}

@ObjectType()
export class PredictSuccess {
  @Field(() => JsonScalar)
  output!: unknown;

  @Field(() => Prediction)
  prediction!: Prediction;

  @Field(() => String, { description: 'The version that ran: owner/model@version' })
  ref!: string;

  @Field(() => Boolean, { description: 'Answered for an earlier call with the same idempotency key; not charged again.' })
  replayed!: boolean;
}

@ObjectType()
export class PaymentRequired {
  @Field(() => String)
  code!: string;

  @Field(() => String)
  message!: string;

  @Field(() => String, { nullable: true })
  fix!: string | null;

  @Field(() => NanoScalar)
  requiredNano!: string;

  @Field(() => NanoScalar)
  availableNano!: string;

  @Field(() => String)
  currency!: string;
}

@ObjectType()
export class InputProblem {
  @Field(() => String, { description: 'Where in the input, as in code: `scores[0].label`; empty for the input itself.' })
  path!: string;

  @Field(() => String)
  message!: string;
}

@ObjectType()
export class InputInvalid {
  @Field(() => String)
  code!: string;

  @Field(() => String)
  message!: string;

  @Field(() => String, { nullable: true })
  fix!: string | null;

  @Field(() => [InputProblem])
  problems!: InputProblem[];
}

/** `resolveType` must answer at once, without a promise: compiled queries do not wait for one. */
export const PredictOutcome = createUnionType({
  name: 'PredictOutcome',
  types: () => [PredictSuccess, PaymentRequired, InputInvalid] as const,
  resolveType: (value: PredictSuccess | PaymentRequired | InputInvalid) => {
    if (value instanceof PredictSuccess) return PredictSuccess;
    return value instanceof PaymentRequired ? PaymentRequired : InputInvalid;
  },
});
