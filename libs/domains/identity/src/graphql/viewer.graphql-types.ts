import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { DateTimeScalar } from '@steelyard/platform-graphql';
import { Organization, Role } from './identity.graphql-types.js';

export enum SessionKind {
  BROWSER = 'browser',
  TERMINAL = 'terminal',
}

registerEnumType(SessionKind, { name: 'SessionKind' });

@ObjectType()
export class Person {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  email!: string;

  @Field(() => String)
  name!: string;
}

@ObjectType({ description: 'An organization that you act for.' })
export class Membership {
  @Field(() => Organization)
  organization!: Organization;

  @Field(() => Role)
  role!: Role;

  @Field(() => [String])
  permissions!: string[];
}

@ObjectType()
export class Session {
  @Field(() => ID)
  id!: string;

  @Field(() => SessionKind)
  kind!: SessionKind;

  @Field(() => String)
  userAgent!: string;

  @Field(() => DateTimeScalar)
  createdAt!: Date;

  @Field(() => DateTimeScalar)
  lastSeenAt!: Date;

  @Field(() => DateTimeScalar)
  expiresAt!: Date;

  @Field(() => Boolean, { description: 'Whether this request came with it.' })
  current!: boolean;
}

@ObjectType({ description: 'Who you are: a signed-in person, or an API key.' })
export class Viewer {
  @Field(() => ID, { nullable: true, description: 'Absent for a person.' })
  keyId!: string | null;

  @Field(() => Person, { nullable: true, description: 'Absent for an API key.' })
  person!: Person | null;

  @Field(() => Organization, {
    nullable: true,
    description: "What you act for: the key's organization, or the one that the header steelyard-organization names; else a person's only or oldest one.",
  })
  organization!: Organization | null;

  @Field(() => Role, { nullable: true, description: "The person's role in it." })
  role!: Role | null;

  @Field(() => [String], { description: 'What you may do in it.' })
  scopes!: string[];
}
