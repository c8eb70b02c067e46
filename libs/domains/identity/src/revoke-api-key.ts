import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '@steelyard/kernel';
import { DATABASE, type ApiKey, type Database } from '@steelyard/platform-database';
import { authorize } from './authorize.js';
import { identityErrors } from './errors.js';
import { KEY_CHANGED, KeyDirectory } from './keys/key-directory.js';

/** Ends a key of the caller's organization, on every server within moments. */
@Injectable()
export class RevokeApiKey {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(KeyDirectory) private readonly keys: KeyDirectory,
  ) {}

  /**
   * Revoking twice changes nothing.
   * @throws AppError `IDENTITY.KEY_NOT_FOUND`, for another organization's key too; and what `authorize` throws.
   */
  async revoke(by: Caller | undefined, id: string): Promise<ApiKey> {
    const { organizationId: tenantId } = authorize(by, 'keys:manage');
    const apiKey = await this.database.withTenant(tenantId, async (tx) => {
      await tx.apiKey.updateMany({ where: { tenantId, id, revokedAt: null }, data: { revokedAt: new Date() } });
      const found = await tx.apiKey.findFirst({ where: { tenantId, id } });
      // Sent when the transaction commits, and not at all when it does not.
      if (found) await tx.$executeRaw`SELECT pg_notify(${KEY_CHANGED}, ${id})`;
      return found;
    });
    if (!apiKey) throw identityErrors.KEY_NOT_FOUND({ id });
    this.keys.forget(id);
    return apiKey;
  }
}
