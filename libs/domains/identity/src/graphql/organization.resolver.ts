import { Inject } from '@nestjs/common';
import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { Caller } from '@steelyard/kernel';
import { Access, CurrentCaller, OperatorOnly } from '@steelyard/platform-graphql';
import { CreateOrganization } from '../create-organization.js';
import { FindOrganization } from '../find-organization.js';
import { CreateOrganizationInput, CreateOrganizationPayload, Member, Organization, type Role } from './identity.graphql-types.js';

@Resolver(() => Organization)
export class OrganizationResolver {
  constructor(
    @Inject(FindOrganization) private readonly findOrganization: FindOrganization,
    @Inject(CreateOrganization) private readonly createOrganizationCase: CreateOrganization,
  ) {}

  @Query(() => Organization, { nullable: true, description: "Your key's organization; an operator's key finds any." })
  @Access('organization:read')
  organization(@CurrentCaller() caller: Caller, @Args('handle') handle: string): Promise<Organization | null> {
    return this.findOrganization.byHandle(caller, handle);
  }

  /** Every key may see its organization, and few its members: the use case checks. */
  @ResolveField(() => [Member])
  async members(@CurrentCaller() caller: Caller, @Parent() organization: Organization): Promise<Member[]> {
    const members = await this.findOrganization.members(caller, organization.id);
    return members.map(({ id, email, role }) => ({ id, email, role: role as Role }));
  }

  @Mutation(() => CreateOrganizationPayload, { description: 'Opens an organization with its owner and a first key.' })
  @OperatorOnly()
  createOrganization(@CurrentCaller() caller: Caller, @Args('input') input: CreateOrganizationInput): Promise<CreateOrganizationPayload> {
    return this.createOrganizationCase.create(caller, input);
  }
}
