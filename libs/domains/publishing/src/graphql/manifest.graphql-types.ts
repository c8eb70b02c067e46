import { Field, Int, ObjectType } from '@nestjs/graphql';
import { JsonScalar } from '@steelyard/platform-graphql';

@ObjectType()
export class ManifestProblem {
  @Field(() => String, { description: 'Where in the manifest: `artifacts[0].path`.' })
  path!: string;

  @Field(() => String)
  message!: string;

  @Field(() => Int, { nullable: true })
  line!: number | null;

  @Field(() => Int, { nullable: true, description: '1, 2, ...; null when it is of no one place.' })
  column!: number | null;
}

@ObjectType()
export class ManifestCheck {
  @Field(() => [ManifestProblem])
  problems!: ManifestProblem[];

  @Field(() => JsonScalar, { nullable: true, description: 'As JSON, price included, for publishVersion; null when there are problems.' })
  manifest!: unknown;
}
