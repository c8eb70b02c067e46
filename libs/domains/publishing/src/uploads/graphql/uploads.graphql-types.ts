import { Field, Float, ObjectType } from '@nestjs/graphql';

@ObjectType()
export class UnpublishedFile {
  @Field(() => String)
  sha256!: string;

  @Field(() => Float, { description: 'Bytes of the whole file.' })
  size!: number;

  @Field(() => Float, { description: 'Bytes that are here: fewer than `size` while it is being sent.' })
  received!: number;

  @Field(() => Date, { nullable: true, description: 'When it is removed, if it is not sent, asked for or published with before; null while it is being sent.' })
  removedAt!: Date | null;
}

@ObjectType({ description: 'What your organization has uploaded and no version of it names.' })
export class UnpublishedUploads {
  @Field(() => [UnpublishedFile], { description: 'Those that are removed first, first.' })
  files!: UnpublishedFile[];

  @Field(() => Float, { description: 'How many bytes of such files there may be, with what is announced of those that are being sent.' })
  limitBytes!: number;
}
