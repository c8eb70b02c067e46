import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '@steelyard/kernel';
import { DATABASE, type Database, type Organization } from '@steelyard/platform-database';
import { authorize } from '../authorize.js';
import { cleanName } from '../name.js';

/** Gives the caller's organization another name. Its handle stays: references hold it. */
@Injectable()
export class RenameOrganization {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** @throws AppError `IDENTITY.NAME_INVALID`, and what `authorize` throws. */
  async rename(by: Caller | undefined, wanted: string): Promise<Organization> {
    const { organizationId: id } = authorize(by, 'organization:manage');
    const name = cleanName(wanted, 'an organization');
    return this.database.withTenant(id, (tx) => tx.organization.update({ where: { id }, data: { name } }));
  }
}
