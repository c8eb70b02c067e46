import { Field, Int, ObjectType } from '@nestjs/graphql';

@ObjectType()
export class UnsealedFile {
  @Field(() => String)
  sha256!: string;

  @Field(() => String)
  reason!: string;
}

@ObjectType({ description: 'In numbers of stored files.' })
export class SealReport {
  @Field(() => Int, { description: 'That lay here plain.' })
  sealed!: number;

  @Field(() => Int, { description: 'Whose keys were sealed with an older key.' })
  rewrapped!: number;

  @Field(() => Int, { description: 'That were as they should be.' })
  current!: number;

  @Field(() => Int, { description: 'For which there was no time: ask again.' })
  left!: number;

  @Field(() => [UnsealedFile])
  failed!: UnsealedFile[];
}
