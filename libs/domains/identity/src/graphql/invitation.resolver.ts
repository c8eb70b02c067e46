import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Query, ResolveField, Parent, Resolver } from '@nestjs/graphql';
import { ROLE_PERMISSIONS, type Caller, type SignedInPerson } from '@steelyard/kernel';
import type { Invitation as InvitationRow } from '@steelyard/platform-database';
import { Access, CurrentCaller, CurrentPerson, PersonOnly, Public } from '@steelyard/platform-graphql';
import { FindOrganization } from '../find-organization.js';
import { AcceptInvitation } from '../invitations/accept-invitation.js';
import { FindInvitation } from '../invitations/find-invitation.js';
import { stateOfInvitation } from '../invitations/invitation.js';
import { InviteMember } from '../invitations/invite-member.js';
import { RevokeInvitation } from '../invitations/revoke-invitation.js';
import { Organization, type Role } from './identity.graphql-types.js';
import { CreatedInvitation, Invitation, InvitationPreview, InviteMemberInput, type InvitationState } from './membership.graphql-types.js';
import { Membership } from './viewer.graphql-types.js';

@Resolver(() => Organization)
export class InvitationResolver {
  constructor(
    @Inject(FindOrganization) private readonly findOrganization: FindOrganization,
    @Inject(FindInvitation) private readonly find: FindInvitation,
    @Inject(InviteMember) private readonly inviteCase: InviteMember,
    @Inject(RevokeInvitation) private readonly revokeCase: RevokeInvitation,
    @Inject(AcceptInvitation) private readonly acceptCase: AcceptInvitation,
  ) {}

  /** The token in the link is what lets somebody see it. */
  @Query(() => InvitationPreview, { nullable: true, description: 'The invitation behind a link; null when there is none.' })
  @Public()
  async invitation(@CurrentPerson() person: SignedInPerson | undefined, @Args('token') token: string): Promise<InvitationPreview | null> {
    const found = await this.find.byToken(person, token);
    return found && { ...found, role: found.role as Role, state: found.state as InvitationState };
  }

  /** Every key may see its organization, and few who is invited: the use case checks. */
  @ResolveField(() => [Invitation], { description: 'Open and past ones, newest first; for those who manage the organization.' })
  async invitations(
    @CurrentCaller() caller: Caller | undefined,
    @CurrentPerson() person: SignedInPerson | undefined,
    @Parent() organization: Organization,
  ): Promise<Invitation[]> {
    const by = await this.findOrganization.callerIn({ caller, person }, organization.id);
    return (await this.find.ofOrganization(by, organization.id)).map(toInvitation);
  }

  @Mutation(() => CreatedInvitation, { description: 'Makes a link that makes the person with this address a member.' })
  @Access('organization:manage')
  async inviteMember(@CurrentCaller() caller: Caller, @Args('input') input: InviteMemberInput): Promise<CreatedInvitation> {
    const { invitation, link } = await this.inviteCase.invite(caller, input);
    return { invitation: toInvitation(invitation), link };
  }

  @Mutation(() => Invitation)
  @Access('organization:manage')
  async revokeInvitation(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<Invitation> {
    return toInvitation(await this.revokeCase.revoke(caller, id));
  }

  @Mutation(() => Membership, { description: 'Makes you a member, once; the invitation must be for the address that you are signed in with.' })
  @PersonOnly()
  async acceptInvitation(@CurrentPerson() person: SignedInPerson, @Args('token') token: string): Promise<Membership> {
    const { organization, role } = await this.acceptCase.accept(person, token);
    return { organization, role: role as Role, permissions: [...ROLE_PERMISSIONS[role]] };
  }
}

function toInvitation(row: InvitationRow): Invitation {
  return { ...row, role: row.role as Role, state: stateOfInvitation(row, Date.now()) as InvitationState };
}
