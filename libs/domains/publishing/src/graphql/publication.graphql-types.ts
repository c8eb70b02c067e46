import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, JsonScalar } from '@steelyard/platform-graphql';

export enum PublicationStatus {
  RUNNING = 'running',
  SUCCEEDED = 'succeeded',
  FAILED = 'failed',
}
registerEnumType(PublicationStatus, { name: 'PublicationStatus' });

export enum PublicationStage {
  UPLOADED = 'uploaded',
  VERIFIED = 'verified',
  SCANNED = 'scanned',
  LOADED = 'loaded',
  SAMPLES_RUN = 'samples-run',
  MEASURED = 'measured',
  READY = 'ready',
  LISTED = 'listed',
}
registerEnumType(PublicationStage, { name: 'PublicationStage', description: 'In this order. A dry run ends after MEASURED.' });

export enum StageStatus {
  STARTED = 'started',
  SUCCEEDED = 'succeeded',
  FAILED = 'failed',
}
registerEnumType(StageStatus, { name: 'StageStatus' });

@ObjectType()
export class PublicationEvent {
  @Field(() => Int, { description: '1, 2, ... within its publication.' })
  seq!: number;

  @Field(() => PublicationStage)
  stage!: PublicationStage;

  @Field(() => StageStatus)
  status!: StageStatus;

  @Field(() => String)
  message!: string;

  @Field(() => JsonScalar, { nullable: true, description: 'What the stage found. Of a failure: code, message, fix. Of SAMPLES_RUN: samples, each with name, passed, problems and latencyMs.' })
  detail!: unknown;

  @Field(() => Date)
  createdAt!: Date;
}

@ObjectType({ description: 'One attempt to publish, or to test, a package.' })
export class Publication {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  model!: string;

  @Field(() => String)
  version!: string;

  @Field(() => String, { nullable: true, description: 'Of manifest and files, once they are verified.' })
  digest!: string | null;

  @Field(() => Boolean)
  dryRun!: boolean;

  @Field(() => PublicationStatus)
  status!: PublicationStatus;

  @Field(() => JsonScalar, { nullable: true, description: '{code, message, fix, details} of what it failed by.' })
  error!: unknown;

  @Field(() => Date)
  createdAt!: Date;

  @Field(() => Date, { nullable: true })
  finishedAt!: Date | null;
}

export const PublicationConnection = connectionOf(Publication, 'Publication');

@InputType()
export class PackageFileInput {
  @Field(() => String, { description: 'Within the package, with forward slashes.' })
  path!: string;

  @Field(() => String, { description: 'Lower case hex.' })
  sha256!: string;

  @Field(() => Float, { description: 'Bytes.' })
  size!: number;
}

@InputType()
export class PublishVersionInput {
  @Field(() => JsonScalar, { description: 'model.yaml as JSON, price included.' })
  manifest!: unknown;

  @Field(() => [PackageFileInput], { description: 'Artifacts, card, samples/*.json and the files that the samples name; uploaded before.' })
  files!: PackageFileInput[];

  @Field(() => String, { nullable: true, description: 'Where to release the version. The first ready version goes to `stable` by itself.' })
  channel?: string | null;

  // Nullable: graphql-jit does not fill in the default of a non-null field that comes in a variable, and refuses the call.
  @Field(() => Boolean, { nullable: true, defaultValue: false, description: 'Make the model public.' })
  public?: boolean | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: 'Only try the package out; leaves no version.' })
  dryRun?: boolean | null;

  @Field(() => JsonScalar, { nullable: true, description: 'A DSSE envelope over the digest, size, owner, model and version, by a registered signing key.' })
  signature?: unknown;
}
