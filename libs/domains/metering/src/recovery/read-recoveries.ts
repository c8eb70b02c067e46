import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database, type UsageRecovery } from '@steelyard/platform-database';

/** What was found in logs after a crash, and became no usage. */
@Injectable()
export class ReadRecoveries {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** Of anybody, by the call, newest first, one more than the page. */
  page({ limit, afterId }: { readonly limit: number; readonly afterId: string | undefined }): Promise<UsageRecovery[]> {
    const where = afterId === undefined ? {} : { id: { lt: afterId } };
    return this.database.withPlatform((tx) => tx.usageRecovery.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1 }));
  }
}
