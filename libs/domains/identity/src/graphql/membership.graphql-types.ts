import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { DateTimeScalar } from '@steelyard/platform-graphql';
import { Role } from './identity.graphql-types.js';

export enum InvitationState {
  OPEN = 'open',
  ACCEPTED = 'accepted',
  REVOKED = 'revoked',
  EXPIRED = 'expired',
}

registerEnumType(InvitationState, { name: 'InvitationState' });

@ObjectType()
export class Invitation {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  email!: string;

  @Field(() => Role)
  role!: Role;

  @Field(() => InvitationState)
  state!: InvitationState;

  @Field(() => DateTimeScalar)
  createdAt!: Date;

  @Field(() => DateTimeScalar)
  expiresAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true })
  acceptedAt!: Date | null;
}

@ObjectType()
export class CreatedInvitation {
  @Field(() => Invitation)
  invitation!: Invitation;

  @Field(() => String, { description: 'The link to send; shown this once.' })
  link!: string;
}

@ObjectType({ description: 'What somebody who holds the link may know before they accept.' })
export class InvitationPreview {
  @Field(() => String)
  organizationHandle!: string;

  @Field(() => String)
  organizationName!: string;

  @Field(() => String)
  email!: string;

  @Field(() => Role)
  role!: Role;

  @Field(() => InvitationState)
  state!: InvitationState;

  @Field(() => DateTimeScalar)
  expiresAt!: Date;

  @Field(() => Boolean, { description: 'Whether it is for the address that you are signed in with.' })
  forYou!: boolean;
}

@InputType()
export class InviteMemberInput {
  @Field(() => String)
  email!: string;

  @Field(() => Role)
  role!: Role;
}

@InputType()
export class ChangeMemberRoleInput {
  @Field(() => ID)
  memberId!: string;

  @Field(() => Role)
  role!: Role;
}
