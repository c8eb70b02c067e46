import { Inject, Injectable } from '@nestjs/common';
import { isId, systemClock, type Caller, type Clock } from '@steelyard/kernel';
import { DATABASE, type Database, type Invitation } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { authorize } from '../authorize.js';
import { membershipErrors } from '../organizations/errors.js';
import { checkMayManage, lockMembership, managingRole } from '../organizations/membership-rules.js';

/** Makes an invitation's link good for nothing. */
@Injectable()
export class RevokeInvitation {
  clock: Clock = systemClock;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * Revoking twice changes nothing.
   * @throws AppError `IDENTITY.INVITATION_NOT_FOUND`, for another organization's too; `INVITATION_USED`, `OWNERS_ONLY`; and what `authorize` throws.
   */
  async revoke(by: Caller | undefined, id: string): Promise<Invitation> {
    const caller = authorize(by, 'organization:manage');
    const { organizationId: tenantId, actorId } = caller;
    if (!isId(id)) throw membershipErrors.INVITATION_NOT_FOUND({});
    const invitation = await this.database.withTenant(tenantId, async (tx) => {
      await lockMembership(tx, tenantId);
      const acting = await managingRole(tx, caller);
      const found = await tx.invitation.findFirst({ where: { tenantId, id } });
      if (!found) throw membershipErrors.INVITATION_NOT_FOUND({});
      if (found.acceptedAt) throw membershipErrors.INVITATION_USED({ acceptedAt: found.acceptedAt.toISOString() });
      checkMayManage(acting, found.role);
      if (found.revokedAt) return found;
      return tx.invitation.update({ where: { tenantId_id: { tenantId, id } }, data: { revokedAt: new Date(this.clock.nowMs()) } });
    });
    this.log.info({ organizationId: tenantId, actorId, invitationId: id }, 'an invitation was revoked');
    return invitation;
  }
}
