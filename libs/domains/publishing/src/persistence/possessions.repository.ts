import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '@steelyard/platform-database';

/** Which organization has sent which file whole: without a row here, a file is not there for it, whoever else has it. */
@Injectable()
export class Possessions {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  async record(tenantId: string, sha256: string, size: number): Promise<void> {
    const row = { tenantId, sha256, size: BigInt(size) };
    await this.database.withTenant(tenantId, (tx) => tx.blobPossession.createMany({ data: [row], skipDuplicates: true }));
  }

  /** The sizes, in bytes, of those files that the organization has. */
  async sizesOf(tenantId: string, sha256s: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const where = { tenantId, sha256: { in: [...new Set(sha256s)] } };
    const rows = await this.database.withTenant(tenantId, (tx) => tx.blobPossession.findMany({ where }));
    return new Map(rows.map((row) => [row.sha256, Number(row.size)]));
  }
}
