import { Prisma, type Tx } from '@steelyard/platform-database';
import type { ListingCursor } from './listing-cursor.js';
import { conditions, found, isSearch, type ModelFilter, type ModelSort } from './model-search.js';

export interface ListedModel {
  readonly tenantId: string;
  readonly modelId: string;
  /** What it is sorted by, as text. */
  readonly key: string;
}

export interface ModelList extends ModelFilter {
  readonly sort: ModelSort;
  readonly after?: ListingCursor | undefined;
  readonly limit: number;
}

interface Order {
  readonly key: Prisma.Sql;
  readonly type: Prisma.Sql;
  readonly descending?: boolean;
}

const ORDERS: Readonly<Record<Exclude<ModelSort, 'NEWEST'>, Order>> = {
  RELEVANCE: { key: Prisma.sql`s.rank`, type: Prisma.sql`real`, descending: true },
  CALLS: { key: Prisma.sql`l.calls`, type: Prisma.sql`bigint`, descending: true },
  // Models without calls come last.
  LATENCY: { key: Prisma.sql`COALESCE(l.p50_micros, 2147483647)`, type: Prisma.sql`integer` },
  PRICE: { key: Prisma.sql`l.price_amount_nano`, type: Prisma.sql`bigint` },
  NAME: { key: Prisma.sql`l.name COLLATE "C"`, type: Prisma.sql`text` },
};

/** The sort that is meant when none, or one that needs a search without one, is asked for. */
export function effectiveSort(sort: ModelSort | undefined, search: string | undefined): ModelSort {
  if (sort === undefined || sort === 'RELEVANCE') return isSearch(search) ? 'RELEVANCE' : 'NEWEST';
  return sort;
}

/** One page of models that the tenant of the transaction may see, in order; ties are newest first. */
export async function findModels(tx: Tx, list: ModelList): Promise<ListedModel[]> {
  const search = found(list);
  if (!search) return [];
  const { task, tag, license } = conditions(list);
  const { key, order, beyond } = ordering(list);
  return tx.$queryRaw<ListedModel[]>`
    SELECT l.tenant_id AS "tenantId", l.model_id AS "modelId", (${key})::text AS key
      FROM ${search.from}
     WHERE ${search.where} AND ${task} AND ${tag} AND ${license} AND ${beyond}
     ORDER BY ${order}
     LIMIT ${list.limit}`;
}

function ordering({ sort, after }: ModelList): { key: Prisma.Sql; order: Prisma.Sql; beyond: Prisma.Sql } {
  if (sort === 'NEWEST') {
    const beyond = after ? Prisma.sql`l.model_id < ${after.modelId}::uuid` : Prisma.sql`true`;
    return { key: Prisma.sql`''`, order: Prisma.sql`l.model_id DESC`, beyond };
  }
  const { key, type, descending } = ORDERS[sort];
  const order = descending ? Prisma.sql`${key} DESC, l.model_id DESC` : Prisma.sql`${key}, l.model_id DESC`;
  if (!after) return { key, order, beyond: Prisma.sql`true` };
  const value = Prisma.sql`${after.key}::text::${type}`;
  const further = descending ? Prisma.sql`${key} < ${value}` : Prisma.sql`${key} > ${value}`;
  return { key, order, beyond: Prisma.sql`(${further} OR (${key} = ${value} AND l.model_id < ${after.modelId}::uuid))` };
}
