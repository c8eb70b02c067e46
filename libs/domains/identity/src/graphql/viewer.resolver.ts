import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { Caller, SignedInPerson } from '@steelyard/kernel';
import type { Session as SessionRow } from '@steelyard/platform-database';
import { CurrentCaller, CurrentPerson, PersonOnly, Public } from '@steelyard/platform-graphql';
import { FindOrganization } from '../find-organization.js';
import { EndSession } from '../people/end-session.js';
import { FindPeople } from '../people/find-people.js';
import type { Role } from './identity.graphql-types.js';
import { Membership, Session, Viewer, type SessionKind } from './viewer.graphql-types.js';

@Resolver(() => Viewer)
export class ViewerResolver {
  constructor(
    @Inject(FindOrganization) private readonly findOrganization: FindOrganization,
    @Inject(FindPeople) private readonly findPeople: FindPeople,
    @Inject(EndSession) private readonly endSession: EndSession,
  ) {}

  @Query(() => Viewer, { nullable: true, description: 'Who you are; null for nobody.' })
  @Public()
  async viewer(@CurrentCaller() caller: Caller | undefined, @CurrentPerson() person: SignedInPerson | undefined): Promise<Viewer | null> {
    if (!caller && !person) return null;
    return {
      keyId: person ? null : caller!.actorId,
      person: person ?? null,
      organization: caller ? await this.findOrganization.own(caller) : null,
      role: person && caller ? await this.#roleIn(caller, person) : null,
      scopes: [...(caller?.scopes ?? [])],
    };
  }

  @ResolveField(() => [Membership], { description: "The person's organizations; none for an API key." })
  async memberships(@CurrentPerson() person: SignedInPerson | undefined): Promise<Membership[]> {
    const found = person ? await this.findPeople.organizations(person) : [];
    return found.map(({ organization, membership: { role, caller } }) => ({ organization, role: role as Role, permissions: [...caller.scopes] }));
  }

  @ResolveField(() => [Session], { description: "The person's sessions that have not ended, newest first." })
  async sessions(@CurrentPerson() person: SignedInPerson | undefined): Promise<Session[]> {
    const found = person ? await this.findPeople.sessions(person) : [];
    return found.map((session) => shown(session, person!));
  }

  @Mutation(() => Session, { description: 'Ends one of your sessions.' })
  @PersonOnly()
  async revokeSession(@CurrentPerson() person: SignedInPerson, @Args('id', { type: () => ID }) id: string): Promise<Session> {
    return shown(await this.endSession.end(person, id), person);
  }

  async #roleIn(caller: Caller, person: SignedInPerson): Promise<Role | null> {
    return ((await this.findPeople.roleIn(caller.organizationId, person)) as Role | undefined) ?? null;
  }
}

function shown(session: SessionRow, person: SignedInPerson): Session {
  return { ...session, kind: session.kind as SessionKind, current: session.id === person.sessionId };
}
