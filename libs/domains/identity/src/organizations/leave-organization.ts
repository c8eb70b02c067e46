import { Inject, Injectable } from '@nestjs/common';
import type { Identified } from '@steelyard/kernel';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { requireCaller, requirePerson } from '../authorize.js';
import { membershipErrors } from './errors.js';
import { checkNotLastOwner, lockMembership } from './membership-rules.js';

/** Ends a person's own membership of the organization that they act for. */
@Injectable()
export class LeaveOrganization {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** @throws AppError `IDENTITY.SIGN_IN_NEEDED`, `UNAUTHENTICATED`, `MEMBERSHIP_ENDED`, `LAST_OWNER` */
  async leave({ caller, person }: Identified): Promise<void> {
    const { id: personId } = requirePerson(person);
    const { organizationId: tenantId, actorId } = requireCaller(caller);
    await this.database.withTenant(tenantId, async (tx) => {
      await lockMembership(tx, tenantId);
      const member = await tx.member.findFirst({ where: { tenantId, personId } });
      if (!member) throw membershipErrors.MEMBERSHIP_ENDED({});
      await checkNotLastOwner(tx, member);
      await tx.member.delete({ where: { tenantId_id: { tenantId, id: member.id } } });
    });
    this.log.info({ organizationId: tenantId, actorId }, 'a member left');
  }
}
