import { newId, personActorId, ROLE_PERMISSIONS, type Caller, type Identified, type Role, type Scope, type SignedInPerson } from '@steelyard/kernel';
import type { Database } from '@steelyard/platform-database';
import { silentLogger } from '@steelyard/platform-observability';
import { FormerPeople } from '../account/former-people.js';
import { CreateApiKey, storeApiKey } from '../create-api-key.js';
import { CreateOrganization, type OrganizationOpened } from '../create-organization.js';
import { FindOrganization } from '../find-organization.js';
import { Identity } from '../identity.js';
import { AcceptInvitation } from '../invitations/accept-invitation.js';
import { FindInvitation } from '../invitations/find-invitation.js';
import { InviteMember } from '../invitations/invite-member.js';
import { RevokeInvitation } from '../invitations/revoke-invitation.js';
import { KeyDirectory } from '../keys/key-directory.js';
import { LastUse } from '../keys/last-use.js';
import { Peppers } from '../keys/peppers.js';
import type { KeyModels } from '../limits/model-list.js';
import { RequestLimits, type LimitSettings } from '../limits/request-limits.js';
import { RotateApiKey } from '../keys/rotate-api-key.js';
import { IdentifyPerson } from '../people/identify-person.js';
import { MembershipDirectory } from '../people/membership-directory.js';
import { RenewSession } from '../people/renew-session.js';
import { SessionDirectory } from '../people/session-directory.js';
import { SessionUse } from '../people/session-use.js';
import { RevokeApiKey } from '../revoke-api-key.js';
import { IssuerClient } from '../sign-in/issuer/issuer-client.js';
import { FrontDoor } from '../sign-in/front-door.js';
import { ChangeMemberRole } from './change-member-role.js';
import { LeaveOrganization } from './leave-organization.js';
import { RemoveMember } from './remove-member.js';
import { RenameOrganization } from './rename-organization.js';

/** Settings of a server that limits nobody. */
export const NO_LIMITS: LimitSettings = { organizationRequestsPerMinute: 0, personRequestsPerMinute: 0, anonymousRequestsPerMinute: 0, failedRequestsPerMinute: 0, trustedProxyHops: 0 };
export const PEPPER = 'pepper-of-these-specs-0123456789abcdef';

export interface TownOptions {
  readonly signUp?: 'everyone' | 'operator';
  readonly opened?: OrganizationOpened;
  readonly models?: KeyModels;
  readonly limits?: LimitSettings;
}

export type Town = ReturnType<typeof openTown>;

let people = 0;

/** The use cases of organizations on a database, and people who have signed in there. */
export function openTown(database: Database, { signUp = 'everyone', opened, models, limits = NO_LIMITS }: TownOptions = {}) {
  const door = new FrontDoor();
  door.open({ publicUrl: new URL('https://steelyard.example/'), development: false });
  const peppers = new Peppers([PEPPER]);
  const keys = new KeyDirectory(database.pool);
  const requestLimits = new RequestLimits(limits);
  const useCases = {
    requestLimits,
    identity: identityOn(database, { peppers, keys, door, limits: requestLimits }),
    createApiKey: new CreateApiKey(database, peppers, models),
    revokeApiKey: new RevokeApiKey(database, keys),
    rotateApiKey: new RotateApiKey(database, peppers, keys),
    create: new CreateOrganization(database, peppers, { signUp }, silentLogger, new FormerPeople(peppers), opened),
    find: new FindOrganization(database),
    rename: new RenameOrganization(database, silentLogger),
    leave: new LeaveOrganization(database, silentLogger),
    remove: new RemoveMember(database, silentLogger),
    changeRole: new ChangeMemberRole(database, silentLogger),
    findInvitation: new FindInvitation(database),
    invite: new InviteMember(database, door, silentLogger),
    revoke: new RevokeInvitation(database, silentLogger),
    accept: new AcceptInvitation(database, silentLogger),
  };

  /** Somebody whose issuer has vouched for the address. */
  async function person(email = `person-${(people += 1)}@example.org`, emailVerified = true): Promise<SignedInPerson> {
    const id = newId();
    const name = `Somebody at ${email}`;
    await database.withPlatform((tx) => tx.person.create({ data: { id, issuer: 'https://issuer.example', subject: id, email, emailVerified, name } }));
    return { id, email, name, sessionId: newId() };
  }

  /** An organization that somebody opened, and a way to bring others in by invitation. */
  async function organization(): Promise<{ owner: Identified; join: (role: Role) => Promise<Identified> }> {
    const founder = await person();
    const { id, handle } = await useCases.create.open(founder, { handle: `org-${newId()}`, name: 'Organization' });
    const actingAs = (who: SignedInPerson, role: Role): Identified => ({ person: who, caller: callerOf(who, { id, handle, role }) });
    const owner = actingAs(founder, 'owner');
    const join = async (role: Role): Promise<Identified> => {
      const guest = await person();
      const { link } = await useCases.invite.invite(owner.caller, { email: guest.email, role });
      await useCases.accept.accept(guest, tokenOf(link));
      return actingAs(guest, role);
    };
    return { owner, join };
  }

  /** A key with any scopes, whether or not its maker might have made it. */
  async function keyOf(memberId: string, tenantId: string, scopes: readonly Scope[]): Promise<string> {
    return (await database.withPlatform((tx) => storeApiKey(tx, peppers, { tenantId, name: 'key', scopes, memberId }))).secret;
  }

  return { ...useCases, person, organization, keyOf };
}

/** Who calls, as one server knows it: its own memory and its own ear on the database. */
function identityOn(database: Database, { peppers, keys, door, limits }: { peppers: Peppers; keys: KeyDirectory; door: FrontDoor; limits: RequestLimits }): Identity {
  const { pool } = database;
  const sessions = new SessionDirectory(pool);
  const renewal = new RenewSession(database, peppers, sessions, new IssuerClient(door), door, silentLogger);
  const people = new IdentifyPerson(database, sessions, new MembershipDirectory(pool), new SessionUse(pool, silentLogger), renewal, { sessionIdleDays: 7 });
  return new Identity(database, peppers, keys, new LastUse(pool, silentLogger), people, door, limits);
}

export function tokenOf(link: string): string {
  return link.slice(link.lastIndexOf('/') + 1);
}

export function callerOf(person: SignedInPerson, { id, handle, role }: { id: string; handle: string; role: Role }): Caller {
  return { organizationId: id, organizationHandle: handle, actorId: personActorId(person.id), scopes: new Set<Scope>(ROLE_PERMISSIONS[role]) };
}
