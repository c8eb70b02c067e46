import { Field, InputType, ObjectType } from '@nestjs/graphql';
import { ModelVersion } from '../graphql/version.graphql-types.js';
import { FreeTierInput, PriceComponentInput } from './terms-input.graphql-types.js';

@InputType()
export class SetPriceInput {
  @Field(() => String, { description: 'Name of a model of your organization.' })
  model!: string;

  @Field(() => String, { nullable: true, description: 'E.g. 1.2.0; every ready version by default.' })
  version?: string | null;

  @Field(() => [PriceComponentInput], { description: 'Each of another unit; a call costs their sum. None: calls are free.' })
  components!: PriceComponentInput[];

  @Field(() => String, { nullable: true, description: 'ISO 4217 in lower case; default: the currency of the server.' })
  currency?: string | null;

  @Field(() => FreeTierInput, { nullable: true, description: 'Units that are free for each consumer and calendar month.' })
  free?: FreeTierInput | null;

  @Field(() => Date, { nullable: true, description: 'From when on it counts; by default as soon as it may.' })
  effectiveAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'What consumers are told of the change.' })
  reason?: string | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: 'Only say what would happen.' })
  dryRun?: boolean | null;
}

@ObjectType({ description: 'How the price of one version changes.' })
export class PriceChange {
  @Field(() => ModelVersion)
  version!: ModelVersion;

  @Field(() => Date, { description: 'When it begins to count.' })
  effectiveAt!: Date;

  @Field(() => Boolean, { description: 'Whether it counts already.' })
  atOnce!: boolean;

  @Field(() => Boolean, { description: 'False when the version costs that already.' })
  changed!: boolean;

  @Field(() => [Date], { description: 'The moments for which other prices had been announced, which do not come.' })
  withdrawn!: Date[];
}
