import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { NanoScalar } from '@steelyard/platform-graphql';
import type { VersionColumn } from './version-columns.js';

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
export class Deprecation {
  @Field(() => Date)
  since!: Date;

  @Field(() => Date, { description: 'From then on the version answers no more.' })
  sunsetAt!: Date;

  @Field(() => String, { nullable: true, description: 'The version that takes its place.' })
  successor!: string | null;

  @Field(() => String, { nullable: true })
  reason!: string | null;
}

/** Its other fields, which take room, are read when they are asked for: see `version.resolver.ts`. */
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

  @Field(() => Price)
  price!: Price;

  @Field(() => Deprecation, { nullable: true })
  deprecation!: Deprecation | null;

  @Field(() => Date)
  createdAt!: Date;

  readonly read!: (column: VersionColumn) => Promise<unknown>;
}
