import { Inject, Injectable } from '@nestjs/common';
import { newId, systemClock, type Caller, type Clock, type Role } from '@steelyard/kernel';
import { DATABASE, type Database, type Invitation, type Tx } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { authorize } from '../authorize.js';
import { cleanEmail } from '../organizations/email.js';
import { membershipErrors } from '../organizations/errors.js';
import { checkMayManage, lockMembership, managingRole } from '../organizations/membership-rules.js';
import { FrontDoor } from '../sign-in/front-door.js';
import { hashOfToken, INVITATION_DAYS, invitationLink, mintInvitationToken } from './invitation.js';

const OPEN_MAX = 100;
const DAY_MS = 24 * 60 * 60 * 1_000;

export interface NewInvitation {
  readonly email: string;
  readonly role: Role;
}

export interface CreatedInvitation {
  readonly invitation: Invitation;
  /** Holds the token, which is stored nowhere and cannot be had again. */
  readonly link: string;
}

/** Makes a link by which one person, known by an address, becomes a member. */
@Injectable()
export class InviteMember {
  clock: Clock = systemClock;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(FrontDoor) private readonly door: FrontDoor,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * A newer invitation takes the place of an open one to the same address.
   * @throws AppError `IDENTITY.EMAIL_INVALID`, `OWNERS_ONLY`, `ALREADY_MEMBER`, `INVITATIONS_FULL`, and what `authorize` throws.
   */
  async invite(by: Caller | undefined, wanted: NewInvitation): Promise<CreatedInvitation> {
    const caller = authorize(by, 'organization:manage');
    const { organizationId: tenantId, actorId } = caller;
    const email = cleanEmail(wanted.email);
    const token = mintInvitationToken();
    const invitation = await this.database.withTenant(tenantId, async (tx) => {
      await lockMembership(tx, tenantId);
      const acting = await managingRole(tx, caller);
      checkMayManage(acting, wanted.role);
      if (await tx.member.findFirst({ where: { tenantId, email } })) throw membershipErrors.ALREADY_MEMBER({ email });
      await this.#makeRoom(tx, { tenantId, email, acting });
      const expiresAt = new Date(this.clock.nowMs() + INVITATION_DAYS * DAY_MS);
      return tx.invitation.create({ data: { tenantId, id: newId(), email, role: wanted.role, tokenHash: hashOfToken(token)!, actorId, expiresAt } });
    });
    this.log.info({ organizationId: tenantId, actorId, invitationId: invitation.id, role: wanted.role }, 'somebody was invited');
    return { invitation, link: invitationLink(this.door, token) };
  }

  /** Ends the open invitations to the same address, and sees that there are not too many others. */
  async #makeRoom(tx: Tx, { tenantId, email, acting }: { tenantId: string; email: string; acting: Role }): Promise<void> {
    const now = new Date(this.clock.nowMs());
    const open = { tenantId, acceptedAt: null, revokedAt: null, expiresAt: { gt: now } };
    const older = await tx.invitation.findMany({ where: { ...open, email }, select: { role: true } });
    checkMayManage(acting, ...older.map(({ role }) => role));
    await tx.invitation.updateMany({ where: { ...open, email }, data: { revokedAt: now } });
    if ((await tx.invitation.count({ where: open })) >= OPEN_MAX) throw membershipErrors.INVITATIONS_FULL({ max: OPEN_MAX });
  }
}
