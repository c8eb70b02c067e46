import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '@steelyard/platform-graphql';
import type { RunningCanary } from '../channels/running-canaries.js';
import { ModelFigures } from './listing.graphql-types.js';
import type { ModelBatch } from './model-batch.js';
import { ModelVersion } from './version.graphql-types.js';

export enum Visibility {
  PRIVATE = 'private',
  UNLISTED = 'unlisted',
  PUBLIC = 'public',
}
registerEnumType(Visibility, {
  name: 'Visibility',
  valuesMap: {
    PRIVATE: { description: 'For its organization, and those it is shared with.' },
    UNLISTED: { description: 'For whoever knows its name; in no list, search or count of others.' },
  },
});

@ObjectType()
export class ChannelEvent {
  @Field(() => String)
  action!: string;

  @Field(() => String, { nullable: true })
  from!: string | null;

  @Field(() => String)
  to!: string;

  @Field(() => ID, { nullable: true, description: 'For the owner alone, as is the reason: a key\'s id, person:<id>, or steelyard.' })
  actorId!: string | null;

  @Field(() => String, { nullable: true, description: 'The person or the key by name, for the owner alone.' })
  actorName!: string | null;

  @Field(() => String, { nullable: true })
  reason!: string | null;

  @Field(() => Date)
  createdAt!: Date;
}

@ObjectType({ description: "A candidate that gets a share of a channel's calls." })
export class Canary {
  @Field(() => ModelVersion)
  version!: ModelVersion;

  @Field(() => Int)
  percent!: number;

  @Field(() => Date)
  startedAt!: Date;

  /** Which one it is, for the fields that other domains add. */
  key!: RunningCanary;
}

@ObjectType()
export class Channel {
  @Field(() => String)
  name!: string;

  @Field(() => ModelVersion)
  version!: ModelVersion;

  @Field(() => Canary, { nullable: true, description: "For everybody to know that it is there; what it compares is the owner's." })
  canary!: Canary | null;

  @Field(() => Date)
  updatedAt!: Date;

  readonly modelId!: string;
  readonly batch!: ModelBatch;
}

/** Its versions and channels are read when they are asked for: see `model.resolver.ts`. */
@ObjectType()
export class Model {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'owner/name' })
  ref!: string;

  @Field(() => String)
  owner!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String)
  task!: string;

  @Field(() => Visibility)
  visibility!: Visibility;

  @Field(() => Boolean, { description: "Whether it is your organization's." })
  own!: boolean;

  @Field(() => Boolean, { description: 'Whether its owner shares it with your organization.' })
  shared!: boolean;

  @Field(() => String, { description: 'Of the version that is shown.' })
  description!: string;

  @Field(() => String, { description: 'SPDX, of the version that is shown.' })
  license!: string;

  @Field(() => [String])
  tags!: string[];

  @Field(() => String, { nullable: true, description: 'Where to ask for help, of the version that is shown: an address or a URL.' })
  support!: string | null;

  @Field(() => ModelFigures)
  figures!: ModelFigures;

  @Field(() => Date)
  createdAt!: Date;

  readonly tenantId!: string;
  readonly shownId!: string;
  readonly batch!: ModelBatch;
}

@ObjectType()
export class ModelConnection extends connectionOf(Model, 'Model') {}

@InputType()
export class ReleaseVersionInput {
  @Field(() => String, { description: 'Name of a model of your organization.' })
  model!: string;

  @Field(() => String)
  version!: string;

  @Field(() => String, { nullable: true, defaultValue: 'stable' })
  channel?: string | null;

  @Field(() => String, { nullable: true })
  reason?: string;
}

@InputType()
export class RollbackInput {
  @Field(() => String, { description: 'Name of a model of your organization.' })
  model!: string;

  @Field(() => String, { nullable: true, defaultValue: 'stable' })
  channel?: string | null;

  @Field(() => String, { nullable: true })
  reason?: string;
}

@InputType()
export class SetModelVisibilityInput {
  @Field(() => String, { description: 'Name of a model of your organization.' })
  model!: string;

  @Field(() => Visibility)
  visibility!: Visibility;
}
