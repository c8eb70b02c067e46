import { Inject, Injectable } from '@nestjs/common';
import { isId, type Caller, type Role } from '@steelyard/kernel';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { authorize } from '../authorize.js';
import { membershipErrors } from './errors.js';
import { viewMembers, type MemberView } from './member-view.js';
import { checkMayManage, checkNotLastOwner, lockMembership, managingRole } from './membership-rules.js';

export interface RoleChange {
  readonly memberId: string;
  readonly role: Role;
}

/** Gives a member another role, and with it the keys that they made. */
@Injectable()
export class ChangeMemberRole {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * The role that they have already changes nothing.
   * @throws AppError `IDENTITY.MEMBER_NOT_FOUND`, for another organization's member too; `OWNERS_ONLY`, `LAST_OWNER`; and what `authorize` throws.
   */
  async change(by: Caller | undefined, { memberId: id, role }: RoleChange): Promise<MemberView> {
    const caller = authorize(by, 'organization:manage');
    const { organizationId: tenantId, actorId } = caller;
    if (!isId(id)) throw membershipErrors.MEMBER_NOT_FOUND({ id });
    const { member, from } = await this.database.withTenant(tenantId, async (tx) => {
      await lockMembership(tx, tenantId);
      const acting = await managingRole(tx, caller);
      const found = await tx.member.findFirst({ where: { tenantId, id } });
      if (!found) throw membershipErrors.MEMBER_NOT_FOUND({ id });
      checkMayManage(acting, found.role, role);
      if (found.role === role) return { member: found, from: role };
      await checkNotLastOwner(tx, found);
      return { member: await tx.member.update({ where: { tenantId_id: { tenantId, id } }, data: { role } }), from: found.role };
    });
    this.log.info({ organizationId: tenantId, actorId, memberId: id, from, to: role }, "a member's role was changed");
    const [view] = await viewMembers(this.database, caller, [member]);
    return view!;
  }
}
