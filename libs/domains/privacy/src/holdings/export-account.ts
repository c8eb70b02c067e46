import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '@steelyard/platform-database';

/** What is known of a person who signs in. */
export interface AccountExport {
  readonly account: { readonly id: string; readonly issuer: string; readonly subject: string; readonly email: string; readonly emailVerified: boolean; readonly name: string; readonly createdAt: Date; readonly lastSignInAt: Date };
  readonly memberships: readonly { readonly organization: string; readonly role: string; readonly email: string; readonly since: Date }[];
  readonly sessions: readonly { readonly kind: string; readonly userAgent: string; readonly createdAt: Date; readonly lastSeenAt: Date; readonly expiresAt: Date; readonly revokedAt: Date | null }[];
  readonly invitations: readonly { readonly organization: string; readonly role: string; readonly createdAt: Date; readonly expiresAt: Date; readonly acceptedAt: Date | null; readonly revokedAt: Date | null }[];
  readonly reports: readonly { readonly kind: string; readonly text: string; readonly state: string; readonly resolution: string | null; readonly createdAt: Date }[];
}

const ORGANIZATION = { select: { handle: true } } as const;

/** Everything that is kept of one person, apart from what they did for an organization: that is in the organization's export. */
@Injectable()
export class ExportAccount {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  async run(personId: string): Promise<AccountExport> {
    return this.database.withPlatform(async (tx) => {
      const account = await tx.person.findUniqueOrThrow({ where: { id: personId } });
      const members = await tx.member.findMany({ where: { personId }, include: { organization: ORGANIZATION }, orderBy: { createdAt: 'asc' } });
      const session = { kind: true, userAgent: true, createdAt: true, lastSeenAt: true, expiresAt: true, revokedAt: true } as const;
      const invitation = { role: true, createdAt: true, expiresAt: true, acceptedAt: true, revokedAt: true, organization: ORGANIZATION } as const;
      const report = { kind: true, text: true, state: true, resolution: true, createdAt: true } as const;
      const invitations = account.emailVerified ? await tx.invitation.findMany({ where: { email: account.email }, select: invitation, orderBy: { createdAt: 'asc' } }) : [];
      return {
        account,
        memberships: members.map(({ organization, role, email, createdAt }) => ({ organization: organization.handle, role, email, since: createdAt })),
        sessions: await tx.session.findMany({ where: { personId }, select: session, orderBy: { createdAt: 'asc' } }),
        invitations: invitations.map(({ organization, ...rest }) => ({ organization: organization.handle, ...rest })),
        reports: await tx.abuseReport.findMany({ where: { personId }, select: report, orderBy: { createdAt: 'asc' } }),
      };
    });
  }
}
