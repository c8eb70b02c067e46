import { Field, InputType, Int } from '@nestjs/graphql';

@InputType()
export class StartCanaryInput {
  @Field(() => String, { description: 'Name of a model of your organization.' })
  model!: string;

  @Field(() => String)
  version!: string;

  @Field(() => String, { nullable: true, defaultValue: 'stable' })
  channel?: string | null;

  @Field(() => Int, { defaultValue: 10, description: "Percent of the channel's calls, 1 to 99." })
  percent!: number;

  @Field(() => String, { nullable: true })
  reason?: string;
}

@InputType()
export class EndCanaryInput {
  @Field(() => String, { description: 'Name of a model of your organization.' })
  model!: string;

  @Field(() => String, { nullable: true, defaultValue: 'stable' })
  channel?: string | null;

  @Field(() => String, { nullable: true })
  reason?: string;
}
