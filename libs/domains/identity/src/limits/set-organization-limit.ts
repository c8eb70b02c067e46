import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '@steelyard/kernel';
import { DATABASE, type Database, type Organization } from '@steelyard/platform-database';
import { authorizeOperator } from '../authorize.js';
import { identityErrors } from '../errors.js';
import { KEY_CHANGED } from '../keys/key-directory.js';
import { checkRequestsPerMinute } from './requests-per-minute.js';

/** Says how many requests the keys of an organization may send together. For the operator: a limit that who is held by it may lift is none. */
@Injectable()
export class SetOrganizationLimit {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /**
   * @param requestsPerMinute `null` for the server's default
   * @throws AppError `IDENTITY.ORGANIZATION_NOT_FOUND`, `RATE_INVALID`, and what `authorizeOperator` throws.
   */
  async set(by: Caller | undefined, handle: string, requestsPerMinute: number | null): Promise<Organization> {
    authorizeOperator(by);
    const checked = checkRequestsPerMinute(requestsPerMinute);
    return this.database.withPlatform(async (tx) => {
      const { count } = await tx.organization.updateMany({ where: { handle }, data: { requestsPerMinute: checked } });
      if (count === 0) throw identityErrors.ORGANIZATION_NOT_FOUND({ handle });
      const organization = await tx.organization.findUniqueOrThrow({ where: { handle } });
      // What servers remember of its keys holds the limit.
      await tx.$executeRaw`SELECT pg_notify(${KEY_CHANGED}, id) FROM api_key WHERE tenant_id = ${organization.id}::uuid AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`;
      return organization;
    });
  }
}
