import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database, type UsageRecovery } from '@steelyard/platform-database';

/** What was found in logs after a crash, and became no usage. */
@Injectable()
export class ReadRecoveries {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** Of anybody, by the call, newest first, one more than the page; those of one action, where one is named: a crash may have ended many, and one that was put aside is to be found. */
  page({ limit, afterId, action }: { readonly limit: number; readonly afterId: string | undefined; readonly action?: string | undefined }): Promise<UsageRecovery[]> {
    const where = { ...(afterId !== undefined && { id: { lt: afterId } }), ...(action !== undefined && { action }) };
    return this.database.withPlatform((tx) => tx.usageRecovery.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1 }));
  }
}
