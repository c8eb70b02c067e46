import { Inject, Injectable, Optional } from '@nestjs/common';
import type { Caller } from '@steelyard/kernel';
import { DATABASE, type Database, type Organization } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { authorize } from '../authorize.js';
import { cleanName } from '../name.js';

/** What the installation does once an organization has another name. It must bear being called again. */
export type OrganizationRenamed = (organizationId: string) => Promise<void>;

/** Injects an {@link OrganizationRenamed}; there need not be one. */
export const ORGANIZATION_RENAMED = Symbol('steelyard:organization-renamed');

/** Gives the caller's organization another name. Its handle stays: references hold it. */
@Injectable()
export class RenameOrganization {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LOGGER) private readonly log: Logger,
    @Optional() @Inject(ORGANIZATION_RENAMED) private readonly renamed?: OrganizationRenamed,
  ) {}

  /** @throws AppError `IDENTITY.NAME_INVALID`, and what `authorize` throws. */
  async rename(by: Caller | undefined, wanted: string): Promise<Organization> {
    const { organizationId: id } = authorize(by, 'organization:manage');
    const name = cleanName(wanted, 'an organization');
    const organization = await this.database.withTenant(id, (tx) => tx.organization.update({ where: { id }, data: { name } }));
    await this.#tell(id);
    return organization;
  }

  /** The name is given whatever becomes of this; giving it once more tries again. */
  async #tell(organizationId: string): Promise<void> {
    try {
      await this.renamed?.(organizationId);
    } catch (err) {
      this.log.error({ err, organizationId }, 'what follows the renaming of an organization failed');
    }
  }
}
