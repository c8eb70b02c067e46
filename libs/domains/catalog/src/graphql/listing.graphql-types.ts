import { ArgsType, Field, Float, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

export enum ModelSort {
  RELEVANCE = 'RELEVANCE',
  NEWEST = 'NEWEST',
  CALLS = 'CALLS',
  LATENCY = 'LATENCY',
  PRICE = 'PRICE',
  NAME = 'NAME',
}
registerEnumType(ModelSort, {
  name: 'ModelSort',
  valuesMap: {
    RELEVANCE: { description: 'Best match first; newest without a search.' },
    CALLS: { description: 'Most calls in the window first.' },
    LATENCY: { description: 'Lowest median latency first; models without calls last.' },
    PRICE: { description: 'Lowest price per unit first.' },
  },
});

@ArgsType()
export class ModelFilterArgs {
  @Field(() => String, { nullable: true, description: 'Words, in any order; the last one may be unfinished.' })
  search?: string | null;

  @Field(() => String, { nullable: true })
  task?: string | null;

  @Field(() => String, { nullable: true })
  tag?: string | null;

  @Field(() => String, { nullable: true })
  license?: string | null;

  @Field(() => String, { nullable: true })
  owner?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Only what other organizations share with yours.' })
  shared?: boolean | null;
}

@ObjectType()
export class Facet {
  @Field(() => String)
  value!: string;

  @Field(() => Int)
  count!: number;
}

@ObjectType({ description: 'How many models of a search have each value.' })
export class ModelFacets {
  @Field(() => Int)
  total!: number;

  @Field(() => [Facet])
  tasks!: Facet[];

  @Field(() => [Facet])
  tags!: Facet[];

  @Field(() => [Facet])
  licenses!: Facet[];
}

@ObjectType({ description: "What a model's real calls of late were like; at most 60 s old." })
export class ModelFigures {
  @Field(() => Float, { description: 'In the window.' })
  calls!: number;

  @Field(() => Float, { nullable: true, description: 'Share of the calls that did not fail by a fault of the model or the platform, 0 to 1; null without calls.' })
  availability!: number | null;

  @Field(() => Float, { nullable: true, description: 'End to end in the server, in milliseconds; of answered calls.' })
  p50Ms!: number | null;

  @Field(() => Float, { nullable: true })
  p95Ms!: number | null;

  @Field(() => Int, { description: 'How many calls the percentiles are of: the newest of the window.' })
  sampled!: number;

  @Field(() => Date, { nullable: true, description: 'Beginning of the window.' })
  since!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When this was counted; null before the first count.' })
  updatedAt!: Date | null;
}

@ObjectType({ description: 'Who publishes a model.' })
export class Provider {
  @Field(() => String)
  handle!: string;

  @Field(() => String)
  name!: string;
}
