import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, JsonScalar, NanoScalar } from '@steelyard/platform-graphql';
import type { RunningCanary } from '../channels/running-canaries.js';

export enum Visibility {
  PRIVATE = 'private',
  PUBLIC = 'public',
}
registerEnumType(Visibility, { name: 'Visibility' });

export enum VersionState {
  TESTING = 'testing',
  READY = 'ready',
  REJECTED = 'rejected',
}
registerEnumType(VersionState, { name: 'VersionState' });

@ObjectType()
export class Price {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  unit!: string;

  @Field(() => NanoScalar)
  amountNano!: bigint;

  @Field(() => NanoScalar)
  per!: bigint;

  @Field(() => String)
  currency!: string;

  @Field(() => String, { description: 'The same as a decimal number of the currency unit, e.g. 0.0002.' })
  amount!: string;
}

@ObjectType()
export class ModelVersion {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'owner/name@version' })
  ref!: string;

  @Field(() => String)
  version!: string;

  @Field(() => String, { description: 'sha256 of the canonical manifest and files: what this version is.' })
  digest!: string;

  @Field(() => VersionState)
  state!: VersionState;

  @Field(() => JsonScalar)
  manifest!: unknown;

  @Field(() => JsonScalar, { description: 'JSON Schema of the input.' })
  inputSchema!: unknown;

  @Field(() => JsonScalar, { description: 'JSON Schema of the output.' })
  outputSchema!: unknown;

  @Field(() => String, { description: 'The model card, in Markdown.' })
  card!: string;

  @Field(() => JsonScalar)
  samples!: unknown;

  @Field(() => JsonScalar)
  files!: unknown;

  @Field(() => Price)
  price!: Price;

  @Field(() => JsonScalar, { nullable: true, description: 'What the trial run of the publication measured.' })
  measurements!: unknown;

  @Field(() => Date)
  createdAt!: Date;
}

@ObjectType()
export class ChannelEvent {
  @Field(() => String)
  action!: string;

  @Field(() => String, { nullable: true })
  from!: string | null;

  @Field(() => String)
  to!: string;

  @Field(() => ID, { nullable: true, description: 'For the owner alone, as is the reason.' })
  actorId!: string | null;

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

  @Field(() => [ChannelEvent], { description: 'Newest first.' })
  history!: ChannelEvent[];
}

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

  @Field(() => String, { description: 'Of the newest version that you may see.' })
  description!: string;

  @Field(() => Date)
  createdAt!: Date;

  @Field(() => [ModelVersion], { description: 'Newest first. Others than the owner see ready versions only.' })
  versions!: ModelVersion[];

  @Field(() => [Channel])
  channels!: Channel[];
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
