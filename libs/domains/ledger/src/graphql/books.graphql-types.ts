import { Field, Int, ObjectType } from '@nestjs/graphql';
import { NanoScalar } from '@steelyard/platform-graphql';

@ObjectType({ description: 'What the accounts of one kind hold together.' })
export class AccountTotal {
  @Field(() => String, { description: 'consumer_wallet, provider_payable, platform_fee, tax, rounding, stripe_clearing, operator_credit, ...' })
  kind!: string;

  @Field(() => Int, { description: 'How many accounts of this kind there are.' })
  accounts!: number;

  @Field(() => NanoScalar, { description: 'Credits less debits: above zero is owed to their owners or earned, below zero is owed by them or kept elsewhere. All kinds add up to zero.' })
  balanceNano!: bigint;

  @Field(() => NanoScalar, { description: 'Held for calls that have not been settled.' })
  heldNano!: bigint;
}

@ObjectType({ description: 'The whole ledger added up, for one currency.' })
export class TrialBalance {
  @Field(() => String)
  currency!: string;

  @Field(() => NanoScalar)
  debitsNano!: bigint;

  @Field(() => NanoScalar)
  creditsNano!: bigint;

  @Field(() => NanoScalar, { description: 'What the platform has earned.' })
  feesNano!: bigint;

  @Field(() => Boolean, { description: 'Debits are credits, and every counter is the sum of its transfers and open holds.' })
  balanced!: boolean;
}
