import { Inject, Injectable } from '@nestjs/common';
import { isId, type Caller } from '@steelyard/kernel';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { authorize } from '../authorize.js';
import { membershipErrors } from './errors.js';
import { checkMayManage, checkNotLastOwner, lockMembership, managingRole } from './membership-rules.js';

/** Ends somebody's membership; the keys that they made may do nothing from then on. */
@Injectable()
export class RemoveMember {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** @throws AppError `IDENTITY.MEMBER_NOT_FOUND`, for another organization's member too; `OWNERS_ONLY`, `LAST_OWNER`; and what `authorize` throws. */
  async remove(by: Caller | undefined, id: string): Promise<void> {
    const caller = authorize(by, 'organization:manage');
    const { organizationId: tenantId, actorId } = caller;
    if (!isId(id)) throw membershipErrors.MEMBER_NOT_FOUND({ id });
    await this.database.withTenant(tenantId, async (tx) => {
      await lockMembership(tx, tenantId);
      const acting = await managingRole(tx, caller);
      const member = await tx.member.findFirst({ where: { tenantId, id } });
      if (!member) throw membershipErrors.MEMBER_NOT_FOUND({ id });
      checkMayManage(acting, member.role);
      await checkNotLastOwner(tx, member);
      await tx.member.delete({ where: { tenantId_id: { tenantId, id } } });
    });
    this.log.info({ organizationId: tenantId, actorId, memberId: id }, 'a member was removed');
  }
}
