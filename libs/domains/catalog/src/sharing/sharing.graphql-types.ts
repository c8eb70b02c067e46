import { Field, InputType, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'An organization that may read and call a private model.' })
export class ModelShare {
  @Field(() => String)
  handle!: string;

  @Field(() => String, { description: 'What it is called.' })
  name!: string;

  @Field(() => Date)
  since!: Date;
}

@InputType()
export class ShareModelInput {
  @Field(() => String, { description: 'Name of a model of your organization.' })
  model!: string;

  @Field(() => String, { description: 'Handle of the organization that may read and call it.' })
  with!: string;
}
