import { Inject, Injectable, Optional } from '@nestjs/common';
import type { SignedInPerson } from '@steelyard/kernel';
import { DATABASE, type Database, type Tx } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { membershipErrors } from '../organizations/errors.js';
import { ACCOUNT_RECORDS, type AccountRecords } from './account-records.js';
import { FormerPeople } from './former-people.js';

/** Erases a person: account, sessions, memberships and invitations to their address. What they did for an organization stays its own, under an id that leads nowhere. */
@Injectable()
export class EraseAccount {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(FormerPeople) private readonly former: FormerPeople,
    @Optional() @Inject(ACCOUNT_RECORDS) private readonly records?: AccountRecords,
  ) {}

  /**
   * @param confirm the person's address once more: this cannot be undone
   * @throws AppError `IDENTITY.ACCOUNT_NOT_CONFIRMED`, `IDENTITY.OWNS_ORGANIZATIONS`
   */
  async run({ id: personId, email }: SignedInPerson, confirm: string): Promise<void> {
    if (confirm.trim().toLowerCase() !== email) throw membershipErrors.ACCOUNT_NOT_CONFIRMED({ email });
    await this.database.withPlatform(async (tx) => {
      const handles = await ownedAlone(tx, personId);
      if (handles.length > 0) throw membershipErrors.OWNS_ORGANIZATIONS({ handles });
      const person = await tx.person.findUniqueOrThrow({ where: { id: personId } });
      await tx.member.deleteMany({ where: { personId } });
      await tx.session.deleteMany({ where: { personId } });
      if (person.emailVerified) await tx.invitation.deleteMany({ where: { email: person.email } });
      if (await this.records?.wasGivenOnce(tx, personId)) await this.former.remember(tx, person);
      await this.records?.remove(tx, personId);
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
