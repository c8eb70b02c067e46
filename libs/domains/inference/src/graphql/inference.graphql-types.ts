import { createUnionType, Field, Float, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { PredictionStatus } from '@steelyard/domain-metering';
import { PersonalDataKind } from '@steelyard/domain-privacy';
import { JsonScalar, NanoScalar } from '@steelyard/platform-graphql';

@ObjectType({ description: 'What was used of one unit of the price.' })
export class UnitQuantity {
  @Field(() => String)
  unit!: string;

  @Field(() => NanoScalar, { description: 'In parts of the unit, which are whole: microseconds of a second, bytes of a megabyte, else the unit itself.' })
  quantity!: bigint;

  @Field(() => NanoScalar, { description: 'What that cost.' })
  amountNano!: bigint;
}

@ObjectType({ description: 'How often personal data of a kind was masked.' })
export class MaskedCount {
  @Field(() => PersonalDataKind)
  kind!: PersonalDataKind;

  @Field(() => Int)
  count!: number;
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

  @Field(() => [UnitQuantity], { description: 'Each component of the price; their amounts add up to the amount.' })
  units!: UnitQuantity[];

  @Field(() => NanoScalar)
  amountNano!: bigint;

  @Field(() => Boolean, { description: 'Taken from the free units of the model.' })
  isFree!: boolean;

  @Field(() => String, { nullable: true, description: 'What its caller called it.' })
  tag!: string | null;

  @Field(() => [MaskedCount], { description: 'What was masked before the model saw the input.' })
  masked!: MaskedCount[];

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

  @Field(() => String, { nullable: true, description: 'What the call belongs to, for your own records: 1 to 64 printable ASCII characters. Usage and costs are told by it.' })
  tag?: string;
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

@ObjectType({ description: 'A budget of the organization does not cover the call; it did not run.' })
export class LimitReached {
  @Field(() => String)
  code!: string;

  @Field(() => String)
  message!: string;

  @Field(() => String, { nullable: true })
  fix!: string | null;

  @Field(() => NanoScalar)
  requiredNano!: string;

  @Field(() => NanoScalar, { description: 'What is left of the budget.' })
  availableNano!: string;

  @Field(() => String)
  currency!: string;

  @Field(() => ID)
  budgetId!: string;
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

export type PredictRefusal = PaymentRequired | LimitReached | InputInvalid;

const OUTCOMES = [PredictSuccess, PaymentRequired, LimitReached, InputInvalid] as const;

/** `resolveType` must answer at once, without a promise: compiled queries do not wait for one. */
export const PredictOutcome = createUnionType({
  name: 'PredictOutcome',
  types: () => OUTCOMES,
  resolveType: (value: PredictSuccess | PredictRefusal) => OUTCOMES.find((type) => value instanceof type),
});
