import { formatNano, sameTerms } from '@steelyard/kernel';
import type { Database, Prisma } from '@steelyard/platform-database';
import type { Price } from './price.graphql-types.js';
import { termsOf } from './price-row.js';

type Row = Prisma.PriceGetPayload<object>;

/** What a version costs over time. What changes nothing, as a price that takes an announced one back, is left out. */
export interface PriceTimeline {
  /** The earliest first. */
  readonly announced: Price[];
  /** What has come into force, the latest first. */
  readonly history: Price[];
}

const ROWS_MAX = 100;

/** The timelines of some versions, read for all of them when the first asks. */
export class PriceTimelines {
  #timelines: Promise<ReadonlyMap<string, PriceTimeline>> | undefined;

  constructor(
    private readonly database: Database,
    private readonly viewerId: string,
    private readonly versions: readonly { readonly tenantId: string; readonly id: string }[],
  ) {}

  async read(versionId: string): Promise<PriceTimeline> {
    this.#timelines ??= this.#load();
    return (await this.#timelines).get(versionId) ?? { announced: [], history: [] };
  }

  async #load(): Promise<ReadonlyMap<string, PriceTimeline>> {
    const where = { OR: this.versions.map(({ tenantId, id }) => ({ tenantId, id })) };
    const prices = { orderBy: [{ effectiveAt: 'desc' }, { id: 'desc' }], take: ROWS_MAX } satisfies Prisma.ModelVersion$pricesArgs;
    const rows = await this.database.withTenant(this.viewerId, (tx) => tx.modelVersion.findMany({ where, select: { id: true, prices } }));
    return new Map(rows.map((row) => [row.id, timelineOf(row.prices, new Date())]));
  }
}

/** @param rows the latest first, and of the same moment the newest first */
export function timelineOf(rows: readonly Row[], now: Date): PriceTimeline {
  const counting = rows.filter((row, index) => row.effectiveAt.getTime() !== rows[index - 1]?.effectiveAt.getTime());
  const changing = counting.filter((row, index) => !counting[index + 1] || !sameTerms(termsOf(row), termsOf(counting[index + 1]!)));
  const isAnnounced = (row: Row) => row.effectiveAt > now;
  return { announced: changing.filter(isAnnounced).map(toPrice).reverse(), history: changing.filter((row) => !isAnnounced(row)).map(toPrice) };
}

export function toPrice(row: Row): Price {
  const { currency, components, free } = termsOf(row);
  return {
    id: row.id,
    currency,
    components: components.map(({ unit, amountNano, per }) => ({ unit, amountNano, per: Number(per), amount: formatNano(amountNano) })),
    free: free ? { unit: free.unit, quantity: Number(free.quantity) } : null,
    // What a version was published with counts from the beginning of time.
    effectiveAt: row.effectiveAt > row.createdAt ? row.effectiveAt : row.createdAt,
    announcedAt: row.createdAt,
    reason: row.reason,
  };
}
