import type { Database, Prisma } from '@steelyard/platform-database';

/** What of a version takes room, and few ask for. */
export type VersionColumn = 'manifest' | 'files' | 'card' | 'samples' | 'measurements' | 'signature';

/** Such columns of some versions, each read once for all of them when the first asks. */
export class VersionColumns {
  readonly #columns = new Map<VersionColumn, Promise<ReadonlyMap<string, unknown>>>();

  constructor(
    private readonly database: Database,
    private readonly viewerId: string,
    private readonly versions: readonly { readonly tenantId: string; readonly id: string }[],
  ) {}

  async read(id: string, column: VersionColumn): Promise<unknown> {
    let values = this.#columns.get(column);
    if (!values) this.#columns.set(column, (values = this.#load(column)));
    return (await values).get(id);
  }

  async #load(column: VersionColumn): Promise<ReadonlyMap<string, unknown>> {
    const where = { OR: this.versions.map(({ tenantId, id }) => ({ tenantId, id })) };
    const select: Prisma.ModelVersionSelect = { id: true, [column]: true };
    const rows: ({ id: string } & Partial<Record<VersionColumn, unknown>>)[] = await this.database.withTenant(this.viewerId, (tx) => tx.modelVersion.findMany({ where, select }));
    return new Map(rows.map((row) => [row.id, row[column]]));
  }
}
