import { Inject, Injectable } from '@nestjs/common';
import { assertNever, newId, systemClock, type Clock, type Role, type SignedInPerson } from '@steelyard/kernel';
import { DATABASE, type Database, type Invitation, type Member, type Organization, type Tx } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { requirePerson } from '../authorize.js';
import { membershipErrors } from '../organizations/errors.js';
import { lockMembership } from '../organizations/membership-rules.js';
import { hashOfToken, stateOfInvitation } from './invitation.js';
import { mayStillInvite } from './may-still-invite.js';

export interface Joined {
  readonly organization: Organization;
  readonly role: Role;
}

/** Makes the person whom an invitation is for a member, once. */
@Injectable()
export class AcceptInvitation {
  clock: Clock = systemClock;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * Accepting again gives the same person the membership that they have. A refusal does not use the invitation up. One whose maker may invite to its
   * role no more counts as revoked.
   * @throws AppError `IDENTITY.SIGN_IN_NEEDED`, `INVITATION_NOT_FOUND`, `INVITATION_FOR_ANOTHER`, `EMAIL_UNVERIFIED`, `INVITATION_USED`,
   * `INVITATION_REVOKED`, `INVITATION_EXPIRED`, `ALREADY_MEMBER`
   */
  async accept(by: SignedInPerson | undefined, token: string): Promise<Joined> {
    const { id: personId } = requirePerson(by);
    const tokenHash = hashOfToken(token);
    return this.database.withPlatform(async (tx) => {
      const found = tokenHash && (await tx.invitation.findUnique({ where: { tokenHash } }));
      if (!found) throw membershipErrors.INVITATION_NOT_FOUND({});
      const { tenantId, id } = found;
      await lockMembership(tx, tenantId);
      // Read again: until now somebody else may have accepted or revoked it.
      const invitation = await tx.invitation.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
      await checkAddress(tx, invitation, personId);
      const member = await tx.member.findFirst({ where: { tenantId, personId } });
      const { role } = this.#alreadyAccepted(invitation, member) ?? (await this.#join(tx, invitation, { personId, member }));
      return { organization: await tx.organization.findUniqueOrThrow({ where: { id: tenantId } }), role: role as Role };
    });
  }

  /** The membership of somebody who accepted before; nothing while the invitation is open; otherwise says what became of it. */
  #alreadyAccepted(invitation: Invitation, member: Member | null): Member | undefined {
    const state = stateOfInvitation(invitation, this.clock.nowMs());
    switch (state) {
      case 'open':
        return undefined;
      case 'accepted':
        if (member) return member;
        throw membershipErrors.INVITATION_USED({ acceptedAt: invitation.acceptedAt!.toISOString() });
      case 'revoked':
        throw membershipErrors.INVITATION_REVOKED({});
      case 'expired':
        throw membershipErrors.INVITATION_EXPIRED({ expiredAt: invitation.expiresAt.toISOString() });
      default:
        return assertNever(state, 'state of an invitation');
    }
  }

  async #join(tx: Tx, invitation: Invitation, { personId, member }: { personId: string; member: Member | null }): Promise<Member> {
    const { tenantId, id, email, role } = invitation;
    if (!(await mayStillInvite(tx, invitation))) throw membershipErrors.INVITATION_REVOKED({});
    await tx.invitation.update({ where: { tenantId_id: { tenantId, id } }, data: { acceptedAt: new Date(this.clock.nowMs()) } });
    // Somebody who joined under another address keeps the role that they have.
    if (member) return member;
    if (await tx.member.findFirst({ where: { tenantId, email } })) throw membershipErrors.ALREADY_MEMBER({ email });
    const joined = await tx.member.create({ data: { tenantId, id: newId(), email, role, personId } });
    this.log.info({ organizationId: tenantId, personId, invitationId: id, role }, 'an invitation was accepted');
    return joined;
  }
}

/** The address is the person's now and its issuer vouches for it, or the link is somebody else's. */
async function checkAddress(tx: Tx, { email }: Invitation, personId: string): Promise<void> {
  const person = await tx.person.findUniqueOrThrow({ where: { id: personId } });
  if (person.email !== email) throw membershipErrors.INVITATION_FOR_ANOTHER({ email, signedInAs: person.email });
  if (!person.emailVerified) throw membershipErrors.EMAIL_UNVERIFIED({ email });
}
