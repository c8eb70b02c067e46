import { Prisma, type Tx } from '@steelyard/platform-database';
import { READABLE_BY_NAME } from '../reach.js';
import { LISTED, type ListedModel } from './listed-model.js';
import type { ListingCursor } from './listing-cursor.js';
import { conditions, found, isSearch, type ModelFilter, type ModelSort } from './model-search.js';

export interface FoundModel extends ListedModel {
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

const ORDERS: Readonly<Record<ModelSort, Order>> = {
  // Ids are in the order of their making, and what ties is newest first.
  NEWEST: { key: Prisma.sql`''::text`, type: Prisma.sql`text` },
  RELEVANCE: { key: Prisma.sql`s.rank`, type: Prisma.sql`real`, descending: true },
  CALLS: { key: Prisma.sql`l.calls`, type: Prisma.sql`bigint`, descending: true },
  // Models without calls come last.
  LATENCY: { key: Prisma.sql`COALESCE(l.p50_micros, 2147483647)`, type: Prisma.sql`bigint` },
  PRICE: { key: Prisma.sql`l.price_amount_nano`, type: Prisma.sql`bigint` },
  NAME: { key: Prisma.sql`l.name COLLATE "C"`, type: Prisma.sql`text` },
};

/** The sort that is meant when none, or one that needs a search without one, is asked for. */
export function effectiveSort(sort: ModelSort | undefined, search: string | undefined): ModelSort {
  if (sort === undefined || sort === 'RELEVANCE') return isSearch(search) ? 'RELEVANCE' : 'NEWEST';
  return sort;
}

/** One page of models that the tenant of the transaction may see, in order; ties are newest first. */
export async function findModels(tx: Tx, list: ModelList): Promise<FoundModel[]> {
  const search = found(list, isFirstOfAll(list) ? list.limit : null);
  if (!search) return [];
  const { task, tag, license } = conditions(list);
  const { key, direction, beyond } = ordering(list);
  return tx.$queryRaw<FoundModel[]>`
    SELECT ${LISTED}, l.key::text
      FROM (SELECT l.*, ${key} AS key
              FROM ${search.from}
             WHERE ${search.where} AND ${task} AND ${tag} AND ${license} AND ${beyond}
             ORDER BY key ${direction}, l.model_id DESC LIMIT ${list.limit}) AS l
      JOIN model m ON m.tenant_id = l.tenant_id AND m.id = l.model_id
     ORDER BY l.key ${direction}, l.model_id DESC`;
}

/** Whether the best of the search are the page: nothing else narrows it. */
function isFirstOfAll({ sort, after, task, tag, license, ownerId, shared }: ModelList): boolean {
  return sort === 'RELEVANCE' && [after, task, tag, license, ownerId, shared].every((filter) => filter === undefined);
}

/** A model that the tenant of the transaction may read when it knows which, by owner and name or by owner and id. */
export async function readModel(tx: Tx, { tenantId, by }: { tenantId: string; by: { modelId: string } | { name: string } }): Promise<ListedModel | undefined> {
  const which = 'name' in by ? Prisma.sql`l.name = ${by.name}` : Prisma.sql`l.model_id = ${by.modelId}::uuid`;
  const [model] = await tx.$queryRaw<ListedModel[]>`
    SELECT ${LISTED} FROM model_listing l JOIN model m ON m.tenant_id = l.tenant_id AND m.id = l.model_id
     WHERE l.tenant_id = ${tenantId}::uuid AND ${which} AND ${READABLE_BY_NAME}`;
  return model;
}

const ASCENDING = Prisma.sql`ASC`;
const DESCENDING = Prisma.sql`DESC`;

function ordering({ sort, after }: ModelList): { key: Prisma.Sql; direction: Prisma.Sql; beyond: Prisma.Sql } {
  const { key, type, descending } = ORDERS[sort];
  const direction = descending ? DESCENDING : ASCENDING;
  if (!after) return { key, direction, beyond: Prisma.sql`true` };
  const value = Prisma.sql`${after.key}::text::${type}`;
  const further = descending ? Prisma.sql`${key} < ${value}` : Prisma.sql`${key} > ${value}`;
  return { key, direction, beyond: Prisma.sql`(${further} OR (${key} = ${value} AND l.model_id < ${after.modelId}::uuid))` };
}
