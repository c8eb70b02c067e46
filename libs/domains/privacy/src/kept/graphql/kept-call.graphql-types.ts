import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { JsonScalar } from '@steelyard/platform-graphql';

export enum KeptState {
  KEPT = 'KEPT',
  TOO_LARGE = 'TOO_LARGE',
  DROPPED = 'DROPPED',
}
registerEnumType(KeptState, {
  name: 'KeptState',
  valuesMap: { TOO_LARGE: { description: 'More than 256 KiB.' }, DROPPED: { description: 'The server had too much to write.' } },
});

@ObjectType({ description: 'An input or output, as it was kept.' })
export class KeptContent {
  @Field(() => KeptState)
  state!: KeptState;

  @Field(() => JsonScalar, { nullable: true, description: 'As the model saw or gave it; null where it is not kept.' })
  value!: unknown;

  @Field(() => Int, { description: 'Of its CBOR.' })
  bytes!: number;
}

@ObjectType({ description: 'What is kept of a call, by the retention of its key and organization.' })
export class KeptCall {
  @Field(() => ID)
  predictionId!: string;

  @Field(() => KeptContent)
  input!: KeptContent;

  @Field(() => KeptContent, { nullable: true, description: 'Null for a call that came to no whole answer.' })
  output!: KeptContent | null;

  @Field(() => Date)
  keptUntil!: Date;
}
