import { Inject, Injectable } from '@nestjs/common';
import { systemClock, type Clock, type Role, type SignedInPerson } from '@steelyard/kernel';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { DATABASE, type Database, type Organization, type Session } from '@steelyard/platform-database';
import { requirePerson } from '../authorize.js';
import { MembershipDirectory, type Membership } from './membership-directory.js';
import { idleLimitMs } from './session-lifetime.js';

/** What a person may see of themselves. */
@Injectable()
export class FindPeople {
  clock: Clock = systemClock;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(MembershipDirectory) private readonly memberships: MembershipDirectory,
    @Inject(CONFIG) private readonly config: Pick<Config, 'sessionIdleDays'>,
  ) {}

  /** The person's sessions that have not ended, newest first. */
  async sessions(by: SignedInPerson | undefined): Promise<Session[]> {
    const { id: personId } = requirePerson(by);
    const now = this.clock.nowMs();
    const where = { personId, revokedAt: null, expiresAt: { gt: new Date(now) }, lastSeenAt: { gt: new Date(now - idleLimitMs(this.config)) } };
    return this.database.withPlatform((tx) => tx.session.findMany({ where, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] }));
  }

  /** The person's organizations, the oldest membership first. */
  async organizations(by: SignedInPerson | undefined): Promise<{ organization: Organization; membership: Membership }[]> {
    const memberships = await this.memberships.of(requirePerson(by).id);
    if (memberships.length === 0) return [];
    const ids = memberships.map(({ caller }) => caller.organizationId);
    const rows = await this.database.withPlatform((tx) => tx.organization.findMany({ where: { id: { in: ids } } }));
    const byId = new Map(rows.map((row) => [row.id, row]));
    return memberships.map((membership) => ({ organization: byId.get(membership.caller.organizationId)!, membership }));
  }

  /** What the person is in an organization; `undefined` outside it. */
  async roleIn(organizationId: string, by: SignedInPerson | undefined): Promise<Role | undefined> {
    const memberships = await this.memberships.of(requirePerson(by).id);
    return memberships.find(({ caller }) => caller.organizationId === organizationId)?.role;
  }
}
