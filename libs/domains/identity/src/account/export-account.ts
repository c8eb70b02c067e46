import { Inject, Injectable, Optional } from '@nestjs/common';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { ACCOUNT_RECORDS, type AccountRecords } from './account-records.js';

const ORGANIZATION = { select: { handle: true } } as const;
const SESSION = { kind: true, userAgent: true, createdAt: true, lastSeenAt: true, expiresAt: true, revokedAt: true } as const;
const INVITATION = { role: true, createdAt: true, expiresAt: true, acceptedAt: true, revokedAt: true, organization: ORGANIZATION } as const;

/** Everything that is kept of one person, apart from what they did for an organization: that is in the organization's export. */
@Injectable()
export class ExportAccount {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Optional() @Inject(ACCOUNT_RECORDS) private readonly records?: AccountRecords,
  ) {}

  /** A value of JSON. */
  async run(personId: string): Promise<object> {
    return this.database.withPlatform(async (tx) => {
      const account = await tx.person.findUniqueOrThrow({ where: { id: personId } });
      const members = await tx.member.findMany({ where: { personId }, include: { organization: ORGANIZATION }, orderBy: { createdAt: 'asc' } });
      // What was sent to an address says nothing of somebody who only claims to have it.
      const invitations = account.emailVerified ? await tx.invitation.findMany({ where: { email: account.email }, select: INVITATION, orderBy: { createdAt: 'asc' } }) : [];
      return {
        account,
        memberships: members.map(({ organization, role, email, createdAt }) => ({ organization: organization.handle, role, email, since: createdAt })),
        sessions: await tx.session.findMany({ where: { personId }, select: SESSION, orderBy: { createdAt: 'asc' } }),
        invitations: invitations.map(({ organization, ...rest }) => ({ organization: organization.handle, ...rest })),
        ...(await this.records?.of(tx, personId)),
      };
    });
  }
}
