import { Inject, Injectable } from '@nestjs/common';
import type { SignedInPerson } from '@steelyard/kernel';
import { DATABASE, type Database, type Tx } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { privacyErrors } from '../errors.js';

/** Erases a person: account, sessions, memberships, invitations to their address and what they reported. What they did for an organization stays its own, under an id that leads nowhere. */
@Injectable()
export class EraseAccount {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * @param confirm the person's address once more: this cannot be undone
   * @throws AppError `PRIVACY.NOT_CONFIRMED`, `PRIVACY.OWNS_ORGANIZATIONS`
   */
  async run({ id: personId, email }: SignedInPerson, confirm: string): Promise<void> {
    if (confirm.trim().toLowerCase() !== email) throw privacyErrors.NOT_CONFIRMED({ wanted: email });
    await this.database.withPlatform(async (tx) => {
      const alone = await ownedAlone(tx, personId);
      if (alone.length > 0) throw privacyErrors.OWNS_ORGANIZATIONS({ handles: alone });
      const person = await tx.person.findUniqueOrThrow({ where: { id: personId } });
      await tx.member.deleteMany({ where: { personId } });
      await tx.session.deleteMany({ where: { personId } });
      if (person.emailVerified) await tx.invitation.deleteMany({ where: { email: person.email } });
      await tx.abuseReport.deleteMany({ where: { personId } });
      await tx.person.delete({ where: { id: personId } });
    });
    this.log.info({ personId }, 'an account was erased');
  }
}

/** Handles of the organizations of which somebody is the one owner. Whoever changes who owns them waits, as do others who go. */
async function ownedAlone(tx: Tx, personId: string): Promise<string[]> {
  const owned = await tx.$queryRaw<{ id: string; handle: string }[]>`
    SELECT id, handle FROM organization WHERE id IN (SELECT tenant_id FROM member WHERE person_id = ${personId}::uuid AND role = 'owner') ORDER BY id FOR NO KEY UPDATE`;
  const owners = await tx.member.groupBy({ by: ['tenantId'], where: { tenantId: { in: owned.map(({ id }) => id) }, role: 'owner' }, _count: true });
  const counts = new Map(owners.map(({ tenantId, _count }) => [tenantId, _count]));
  return owned.filter(({ id }) => counts.get(id) === 1).map(({ handle }) => handle);
}
