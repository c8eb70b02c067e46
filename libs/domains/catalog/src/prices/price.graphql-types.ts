import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { NanoScalar } from '@steelyard/platform-graphql';

@ObjectType({ description: 'What is charged for some of a unit.' })
export class PriceComponent {
  @Field(() => String, { description: 'E.g. request or output_token.' })
  unit!: string;

  @Field(() => NanoScalar)
  amountNano!: bigint;

  @Field(() => Int, { description: 'How many of the unit the amount is for.' })
  per!: number;

  @Field(() => String, { description: 'The same as amountNano, as a decimal number of the currency unit, e.g. 0.0002.' })
  amount!: string;
}

@ObjectType({ description: 'Units that are free for each consumer and calendar month (UTC). A call that fits into what is left of them costs nothing; one that does not is paid whole.' })
export class FreeTier {
  @Field(() => String)
  unit!: string;

  @Field(() => Int)
  quantity!: number;
}

@ObjectType()
export class Price {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'ISO 4217 in lower case.' })
  currency!: string;

  @Field(() => [PriceComponent], { description: 'A call costs their sum. A free model has one component of amount 0.' })
  components!: PriceComponent[];

  @Field(() => FreeTier, { nullable: true })
  free!: FreeTier | null;

  @Field(() => Date, { description: 'From when on it counts.' })
  effectiveAt!: Date;

  @Field(() => Date)
  announcedAt!: Date;

  @Field(() => String, { nullable: true, description: 'What the provider says of the change.' })
  reason!: string | null;
}
