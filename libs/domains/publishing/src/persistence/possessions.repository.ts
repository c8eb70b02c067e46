import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '@steelyard/platform-database';

export interface PossessionKey {
  readonly tenantId: string;
  readonly sha256: string;
}

export interface Possession {
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** When the organization last sent it, asked for it or published with it, by the database's clock. */
  readonly usedAt: Date;
}

/** Which organization has sent which file whole: without a row here, a file is not there for it, whoever else has it. */
@Injectable()
export class Possessions {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  async record(tenantId: string, sha256: string, size: number): Promise<void> {
    const row = { tenantId, sha256, size: BigInt(size) };
    await this.database.withTenant(tenantId, (tx) => tx.blobPossession.createMany({ data: [row], skipDuplicates: true }));
  }

  /** The sizes, in bytes, of those files that the organization has. They count as used now. */
  async use(tenantId: string, sha256s: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows = await this.database.withTenant(
      tenantId,
      (tx) => tx.$queryRaw<{ sha256: string; size: bigint }[]>`
        UPDATE blob_possession SET used_at = now() WHERE tenant_id = ${tenantId}::uuid AND sha256 = ANY (${[...new Set(sha256s)]}::TEXT[]) RETURNING sha256, size`,
    );
    return new Map(rows.map((row) => [row.sha256, Number(row.size)]));
  }

  async list(tenantId: string): Promise<Possession[]> {
    const select = { sha256: true, size: true, usedAt: true } as const;
    const rows = await this.database.withTenant(tenantId, (tx) => tx.blobPossession.findMany({ where: { tenantId }, select, orderBy: [{ usedAt: 'asc' }, { sha256: 'asc' }] }));
    return rows.map((row) => ({ ...row, size: Number(row.size) }));
  }

  /** By organization, the files that none of them used since. */
  async unusedSince(time: Date): Promise<ReadonlyMap<string, readonly string[]>> {
    const rows = await this.database.withPlatform((tx) => tx.blobPossession.findMany({ where: { usedAt: { lt: time } }, select: { tenantId: true, sha256: true } }));
    const files = new Map<string, string[]>();
    for (const { tenantId, sha256 } of rows) files.set(tenantId, [...(files.get(tenantId) ?? []), sha256]);
    return files;
  }

  async isOthers({ tenantId, sha256 }: PossessionKey): Promise<boolean> {
    return this.database.withPlatform(async (tx) => (await tx.blobPossession.count({ where: { sha256, tenantId: { not: tenantId } }, take: 1 })) > 0);
  }

  /**
   * Ends an organization's possession of a file that it has not used since; `before` runs first, and when that fails nothing has changed. Whoever uses the file
   * meanwhile waits, and then does not have it.
   * @returns whether it did.
   */
  async end({ tenantId, sha256 }: PossessionKey, unusedSince: Date, before: () => Promise<void>): Promise<boolean> {
    return this.database.withTenant(tenantId, async (tx) => {
      const { count } = await tx.blobPossession.deleteMany({ where: { tenantId, sha256, usedAt: { lt: unusedSince } } });
      if (count > 0) await before();
      return count > 0;
    });
  }

  /** The time by the clock that says when a file was used. */
  async now(): Promise<Date> {
    const [row] = await this.database.withPlatform((tx) => tx.$queryRaw<[{ now: Date }]>`SELECT now()`);
    return row.now;
  }
}
