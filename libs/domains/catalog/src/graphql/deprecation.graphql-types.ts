import { Field, InputType } from '@nestjs/graphql';

@InputType()
export class RestoreVersionInput {
  @Field(() => String, { description: 'Name of a model of your organization.' })
  model!: string;

  @Field(() => String)
  version!: string;
}

@InputType()
export class DeprecateVersionInput {
  @Field(() => String, { description: 'Name of a model of your organization.' })
  model!: string;

  @Field(() => String)
  version!: string;

  @Field(() => Date, { description: 'In the future.' })
  sunsetAt!: Date;

  @Field(() => String, { nullable: true, description: 'A ready version of the same model.' })
  successor?: string | null;

  @Field(() => String, { nullable: true })
  reason?: string | null;
}
