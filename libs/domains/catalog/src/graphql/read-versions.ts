import type { Database, Prisma, Tx } from '@steelyard/platform-database';
import { PriceTimelines, toPrice } from '../prices/price-timelines.js';
import type { ModelVersion, VersionState } from './version.graphql-types.js';
import { VersionColumns } from './version-columns.js';

const select = () => ({
  tenantId: true, id: true, modelId: true, version: true, digest: true, state: true, createdAt: true,
  deprecatedAt: true, sunsetAt: true, successorId: true, deprecationReason: true,
  prices: { where: { effectiveAt: { lte: new Date() } }, orderBy: [{ effectiveAt: 'desc' }, { id: 'desc' }], take: 1 },
}) satisfies Prisma.ModelVersionSelect;

type Row = Prisma.ModelVersionGetPayload<{ select: ReturnType<typeof select> }>;

export interface ReadVersion {
  readonly modelId: string;
  readonly version: ModelVersion;
}

export interface VersionQuery {
  readonly viewerId: string;
  readonly where: Prisma.ModelVersionWhereInput;
  /** `owner/name` of the versions' models, by the models' ids. */
  readonly refs: ReadonlyMap<string, string>;
}

/** Versions that the viewer may see, newest first: all of its own, the ready ones of others. */
export async function readVersions(database: Database, { viewerId, where, refs }: VersionQuery): Promise<ReadVersion[]> {
  const visible = { AND: [where, { OR: [{ state: 'ready' }, { tenantId: viewerId }] }] };
  const { rows, successors } = await database.withTenant(viewerId, async (tx) => {
    const rows = await tx.modelVersion.findMany({ where: visible, select: select(), orderBy: { id: 'desc' } });
    return { rows, successors: await versionNumbers(tx, rows) };
  });
  const columns = new VersionColumns(database, viewerId, rows);
  const prices = new PriceTimelines(database, viewerId, rows);
  return rows.map((row) => ({ modelId: row.modelId, version: toVersion(row, { ref: refs.get(row.modelId)!, successors, columns, prices }) }));
}

/** What the successors of deprecated versions are called, by their ids. */
async function versionNumbers(tx: Tx, rows: readonly Row[]): Promise<ReadonlyMap<string, string>> {
  const wanted = rows.flatMap(({ tenantId, successorId }) => (successorId === null ? [] : [{ tenantId, id: successorId }]));
  if (wanted.length === 0) return new Map();
  const found = await tx.modelVersion.findMany({ where: { OR: wanted }, select: { id: true, version: true } });
  return new Map(found.map(({ id, version }) => [id, version]));
}

interface VersionContext {
  readonly ref: string;
  readonly successors: ReadonlyMap<string, string>;
  readonly columns: VersionColumns;
  readonly prices: PriceTimelines;
}

function toVersion(row: Row, { ref, successors, columns, prices }: VersionContext): ModelVersion {
  return {
    id: row.id,
    ref: `${ref}@${row.version}`,
    version: row.version,
    digest: row.digest,
    state: row.state as VersionState,
    price: toPrice(row.prices[0]!),
    deprecation:
      row.deprecatedAt && row.sunsetAt
        ? { since: row.deprecatedAt, sunsetAt: row.sunsetAt, successor: successors.get(row.successorId ?? '') ?? null, reason: row.deprecationReason }
        : null,
    createdAt: row.createdAt,
    read: (column) => columns.read(row.id, column),
    readPrices: () => prices.read(row.id),
  };
}
