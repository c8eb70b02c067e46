import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { DateTimeScalar } from '@steelyard/platform-graphql';

export enum Role {
  OWNER = 'owner',
  ADMIN = 'admin',
  DEVELOPER = 'developer',
  BILLING = 'billing',
  VIEWER = 'viewer',
}

registerEnumType(Role, { name: 'Role' });

@ObjectType()
export class Member {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  email!: string;

  @Field(() => Role)
  role!: Role;

  @Field(() => String, { description: 'What the person is called; empty until they have signed in.' })
  name!: string;

  @Field(() => Boolean, { description: 'Whether somebody with this address has signed in.' })
  joined!: boolean;

  @Field(() => Boolean, { description: 'Whether it is you.' })
  you!: boolean;

  @Field(() => DateTimeScalar)
  createdAt!: Date;
}

@ObjectType({ description: 'A tenant: provider of models, consumer, or both.' })
export class Organization {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'Its name in references: handle/model.' })
  handle!: string;

  @Field(() => String)
  name!: string;

  @Field(() => DateTimeScalar)
  createdAt!: Date;

  @Field(() => Int, { nullable: true, description: 'How many requests its keys may send together in a minute; null where the default of the installation counts.' })
  requestsPerMinute?: number | null;
}

@ObjectType()
export class ApiKey {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => [String])
  scopes!: string[];

  @Field(() => [String], { description: 'The models that it may call and publish versions of, as owner/name or, where you do not see the model any more, by id; none means all.' })
  models!: string[];

  @Field(() => Int, { nullable: true, description: 'How many requests it may send in a minute; null for any number.' })
  requestsPerMinute!: number | null;

  @Field(() => DateTimeScalar)
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true })
  expiresAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true })
  revokedAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'To about a quarter of a minute.' })
  lastUsedAt!: Date | null;

  @Field(() => ID, { nullable: true, description: 'The key that takes its place.' })
  rotatedToId!: string | null;

  @Field(() => Member, { nullable: true, description: 'The member who made it; none for the keys of programs and of the operator.' })
  createdBy?: Member | null;
}

@ObjectType()
export class CreatedApiKey {
  @Field(() => ApiKey)
  apiKey!: ApiKey;

  @Field(() => String, { description: 'Shown this once.' })
  secret!: string;
}

@InputType()
export class CreateOrganizationInput {
  @Field(() => String, { description: '2 to 64 lower case letters, digits and inner hyphens; for good.' })
  handle!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true, description: 'For the operator to say; a person who is signed in is the owner.' })
  ownerEmail?: string | null;
}

@ObjectType()
export class CreateOrganizationPayload {
  @Field(() => Organization)
  organization!: Organization;

  @Field(() => ApiKey, { nullable: true, description: 'For the operator alone.' })
  apiKey!: ApiKey | null;

  @Field(() => String, { nullable: true, description: "The owner's first key, with every permission; shown this once, to the operator alone." })
  secret!: string | null;
}

@InputType()
export class CreateApiKeyInput {
  @Field(() => String)
  name!: string;

  @Field(() => [String], { description: 'Permissions that your own key has.' })
  scopes!: string[];

  @Field(() => DateTimeScalar, { nullable: true })
  expiresAt?: Date | null;

  @Field(() => [String], { nullable: true, description: 'owner/name of those that it may call and publish versions of; for all models when none is named. At most 100.' })
  models?: string[] | null;

  @Field(() => Int, { nullable: true, description: 'How many requests it may send in a minute: all of them at once, and then evenly.' })
  requestsPerMinute?: number | null;
}

@InputType()
export class RotateApiKeyInput {
  @Field(() => ID)
  id!: string;

  @Field(() => Int, { defaultValue: 24, description: 'How long the old key goes on working; 0 ends it at once. At most 720.' })
  overlapHours!: number;
}
