import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Resolver } from '@nestjs/graphql';
import type { Caller, SignedInPerson } from '@steelyard/kernel';
import { Access, CurrentCaller, CurrentPerson, PersonOnly } from '@steelyard/platform-graphql';
import { ChangeMemberRole } from '../organizations/change-member-role.js';
import { LeaveOrganization } from '../organizations/leave-organization.js';
import { RemoveMember } from '../organizations/remove-member.js';
import { Member, type Role } from './identity.graphql-types.js';
import { ChangeMemberRoleInput } from './membership.graphql-types.js';

@Resolver(() => Member)
export class MemberResolver {
  constructor(
    @Inject(ChangeMemberRole) private readonly changeRole: ChangeMemberRole,
    @Inject(RemoveMember) private readonly removal: RemoveMember,
    @Inject(LeaveOrganization) private readonly leaving: LeaveOrganization,
  ) {}

  @Mutation(() => Member)
  @Access('organization:manage')
  async changeMemberRole(@CurrentCaller() caller: Caller, @Args('input') input: ChangeMemberRoleInput): Promise<Member> {
    const member = await this.changeRole.change(caller, input);
    return { ...member, role: member.role as Role };
  }

  @Mutation(() => Boolean)
  @Access('organization:manage')
  async removeMember(@CurrentCaller() caller: Caller, @Args('memberId', { type: () => ID }) memberId: string): Promise<boolean> {
    await this.removal.remove(caller, memberId);
    return true;
  }

  @Mutation(() => Boolean, { description: 'Ends your membership; the last owner cannot leave.' })
  @PersonOnly()
  async leaveOrganization(@CurrentCaller() caller: Caller | undefined, @CurrentPerson() person: SignedInPerson): Promise<boolean> {
    await this.leaving.leave({ caller, person });
    return true;
  }
}
