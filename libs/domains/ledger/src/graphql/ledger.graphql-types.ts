import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { NanoScalar } from '@steelyard/platform-graphql';

@ObjectType({ description: "What an organization's wallet has, and what it has earned as a provider." })
export class Balance {
  @Field(() => String)
  currency!: string;

  @Field(() => NanoScalar, { description: 'What new calls may spend: posted less held.' })
  availableNano!: bigint;

  @Field(() => NanoScalar, { description: 'Held for calls that have not been settled.' })
  heldNano!: bigint;

  @Field(() => NanoScalar)
  postedNano!: bigint;

  @Field(() => NanoScalar, { description: 'Earned as a provider, after the fee, and not paid out.' })
  earnedNano!: bigint;

  @Field(() => String, { description: 'Decimal, e.g. 9.98' })
  available!: string;

  @Field(() => String, { description: 'Decimal, e.g. 9.98' })
  earned!: string;
}

@InputType()
export class CreditOrganizationInput {
  @Field(() => String)
  handle!: string;

  @Field(() => String, { description: 'Decimal amount of the currency unit, e.g. 10.00' })
  amount!: string;

  @Field(() => String, { nullable: true, description: 'ISO 4217 in lower case; default: the currency of the server.' })
  currency?: string | null;

  @Field(() => String)
  reason!: string;

  @Field(() => ID, { nullable: true, description: 'A UUID. Sent again with the same id, the credit is given once.' })
  id?: string;
}
