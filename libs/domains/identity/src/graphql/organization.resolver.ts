import { Inject } from '@nestjs/common';
import { Args, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { Caller, SignedInPerson } from '@steelyard/kernel';
import { Access, CurrentCaller, CurrentPerson, OperatorOnly, PersonOrOperator } from '@steelyard/platform-graphql';
import { CreateOrganization } from '../create-organization.js';
import { FindOrganization } from '../find-organization.js';
import { SetOrganizationLimit } from '../limits/set-organization-limit.js';
import { RenameOrganization } from '../organizations/rename-organization.js';
import { CreateOrganizationInput, CreateOrganizationPayload, Member, Organization, type Role } from './identity.graphql-types.js';

@Resolver(() => Organization)
export class OrganizationResolver {
  constructor(
    @Inject(FindOrganization) private readonly findOrganization: FindOrganization,
    @Inject(CreateOrganization) private readonly createOrganizationCase: CreateOrganization,
    @Inject(RenameOrganization) private readonly renameCase: RenameOrganization,
    @Inject(SetOrganizationLimit) private readonly limitCase: SetOrganizationLimit,
  ) {}

  @Query(() => Organization, { nullable: true, description: "Your key's organization; an operator's key finds any." })
  @Access('organization:read')
  organization(@CurrentCaller() caller: Caller, @Args('handle') handle: string): Promise<Organization | null> {
    return this.findOrganization.byHandle(caller, handle);
  }

  /** Every key may see its organization, and few its members: the use case checks. */
  @ResolveField(() => [Member])
  async members(
    @CurrentCaller() caller: Caller | undefined,
    @CurrentPerson() person: SignedInPerson | undefined,
    @Parent() organization: Organization,
  ): Promise<Member[]> {
    const members = await this.findOrganization.members(await this.findOrganization.callerIn({ caller, person }, organization.id), organization.id);
    return members.map((member) => ({ ...member, role: member.role as Role }));
  }

  @Mutation(() => CreateOrganizationPayload, { description: 'Opens an organization: a signed-in person their own, the operator one for somebody else, with a first key.' })
  @PersonOrOperator()
  async createOrganization(
    @CurrentCaller() caller: Caller | undefined,
    @CurrentPerson() person: SignedInPerson | undefined,
    @Args('input') input: CreateOrganizationInput,
  ): Promise<CreateOrganizationPayload> {
    if (person) return { organization: await this.createOrganizationCase.open(person, input), apiKey: null, secret: null };
    const { apiKey, ...opened } = await this.createOrganizationCase.create(caller, { ...input, ownerEmail: input.ownerEmail ?? '' });
    return { ...opened, apiKey: { ...apiKey, models: [] } };
  }

  @Mutation(() => Organization)
  @Access('organization:manage')
  renameOrganization(@CurrentCaller() caller: Caller, @Args('name') name: string): Promise<Organization> {
    return this.renameCase.rename(caller, name);
  }

  @Mutation(() => Organization, { description: 'Says how many requests the keys of an organization may send together in a minute; null for the default of the installation.' })
  @OperatorOnly()
  setOrganizationLimit(
    @CurrentCaller() caller: Caller,
    @Args('handle') handle: string,
    @Args('requestsPerMinute', { type: () => Int, nullable: true }) requestsPerMinute: number | null = null,
  ): Promise<Organization> {
    return this.limitCase.set(caller, handle, requestsPerMinute);
  }
}
