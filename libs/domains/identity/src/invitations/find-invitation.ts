import { Inject, Injectable } from '@nestjs/common';
import { isOperator, systemClock, type Caller, type Clock, type Role, type SignedInPerson } from '@steelyard/kernel';
import { DATABASE, type Database, type Invitation } from '@steelyard/platform-database';
import { authorize } from '../authorize.js';
import { hashOfToken, stateOfInvitation, type InvitationState } from './invitation.js';
import { mayStillInvite } from './may-still-invite.js';

/** Most invitations, past ones too, that are told of. */
const SHOWN_MAX = 200;

/** What the holder of a link may know. */
export interface InvitationPreview {
  readonly organizationHandle: string;
  readonly organizationName: string;
  readonly email: string;
  readonly role: Role;
  readonly expiresAt: Date;
  readonly state: InvitationState;
  readonly forYou: boolean;
}

/** Reads invitations, by link and of an organization. */
@Injectable()
export class FindInvitation {
  clock: Clock = systemClock;

  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** Whoever holds the link may look, signed in or not. `null` when there is none. */
  async byToken(by: SignedInPerson | undefined, token: string): Promise<InvitationPreview | null> {
    const tokenHash = hashOfToken(token);
    if (!tokenHash) return null;
    const [found, good] = await this.database.withPlatform(async (tx) => {
      const invitation = await tx.invitation.findUnique({ where: { tokenHash }, include: { organization: true } });
      return [invitation, invitation !== null && (await mayStillInvite(tx, invitation))] as const;
    });
    if (!found) return null;
    const { organization, email, role, expiresAt } = found;
    const state = stateOfInvitation(found, this.clock.nowMs());
    return {
      organizationHandle: organization.handle,
      organizationName: organization.name,
      email,
      role: role as Role,
      expiresAt,
      state: state === 'open' && !good ? 'revoked' : state,
      forYou: by?.email === email,
    };
  }

  /** Newest first, for those who manage the organization; none of an organization that is not the caller's. */
  async ofOrganization(by: Caller | undefined, organizationId: string): Promise<Invitation[]> {
    const caller = authorize(by, 'organization:manage');
    const query = { where: { tenantId: organizationId }, orderBy: { id: 'desc' }, take: SHOWN_MAX } as const;
    if (isOperator(caller)) return this.database.withPlatform((tx) => tx.invitation.findMany(query));
    return this.database.withTenant(caller.organizationId, (tx) => tx.invitation.findMany(query));
  }
}
