import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { JsonScalar } from '@steelyard/platform-graphql';
import { Price } from '../prices/price.graphql-types.js';
import type { PriceTimeline } from '../prices/price-timelines.js';
import type { VersionColumn } from './version-columns.js';

export enum VersionState {
  TESTING = 'testing',
  READY = 'ready',
  REJECTED = 'rejected',
}
registerEnumType(VersionState, { name: 'VersionState' });

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

@ObjectType({ description: 'Checked when the version was published, and again whenever it is loaded.' })
export class VersionSignature {
  @Field(() => String, { description: 'What the owner calls the key.' })
  keyName!: string;

  @Field(() => ID, { description: 'The thumbprint of the key (RFC 7638).' })
  keyId!: string;

  @Field(() => String, { description: 'The 32 bytes of the Ed25519 key, base64url.' })
  publicKey!: string;

  @Field(() => JsonScalar, { description: 'The DSSE envelope.' })
  envelope!: unknown;
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

  @Field(() => Price, { description: 'In force now.' })
  price!: Price;

  @Field(() => Deprecation, { nullable: true })
  deprecation!: Deprecation | null;

  @Field(() => Date)
  createdAt!: Date;

  readonly read!: (column: VersionColumn) => Promise<unknown>;

  readonly readPrices!: () => Promise<PriceTimeline>;
}
