import { Prisma } from '@steelyard/platform-database';
import { LISTED_FOR_TENANT, SHARED } from '../reach.js';
import { tsquery } from './search-document.js';
import { searchWords } from './words.js';

export const MODEL_SORTS = ['RELEVANCE', 'NEWEST', 'CALLS', 'LATENCY', 'PRICE', 'NAME'] as const;
export type ModelSort = (typeof MODEL_SORTS)[number];

/** What narrows a list of models. */
export interface ModelFilter {
  /** Words, in any order; the last one may be unfinished. */
  readonly search?: string | undefined;
  readonly task?: string | undefined;
  readonly tag?: string | undefined;
  readonly license?: string | undefined;
  /** The owner's organization. */
  readonly ownerId?: string | undefined;
  /** Only what other organizations share with the reader's. */
  readonly shared?: true | undefined;
}

/**
 * One letter begins a word of nearly every card, which says nothing and costs much: a search for it alone is one for names and
 * tags.
 */
const BEGINNING_OF_CARD_WORDS_MIN = 2;

export function isSearch(search: string | undefined): search is string {
  return search !== undefined && search.trim() !== '';
}

/** `FROM` and `WHERE` for the models of a search, or for the best of them; `undefined` when the search asks for nothing that a text could have. */
export function found({ search, ownerId, shared }: ModelFilter, atMost: number | null = null): { from: Prisma.Sql; where: Prisma.Sql } | undefined {
  const listed = shared ? SHARED : LISTED_FOR_TENANT;
  const where = ownerId === undefined ? listed : Prisma.sql`${listed} AND l.tenant_id = ${ownerId}::uuid`;
  if (!isSearch(search)) return { from: Prisma.sql`model_listing l`, where };
  const words = searchWords(search);
  const query = tsquery(words);
  if (query === undefined) return undefined;
  const headlineOnly = words.every(({ text }) => text.length < BEGINNING_OF_CARD_WORDS_MIN);
  const from = Prisma.sql`model_search(${query}::tsquery, ${headlineOnly}, ${atMost}::integer) s JOIN model_listing l ON l.tenant_id = s.tenant_id AND l.model_id = s.model_id`;
  return { from, where };
}

/** The conditions beside the search, each by itself. */
export function conditions({ task, tag, license }: ModelFilter): { task: Prisma.Sql; tag: Prisma.Sql; license: Prisma.Sql } {
  const any = Prisma.sql`true`;
  return {
    task: task === undefined ? any : Prisma.sql`l.task = ${task}`,
    tag: tag === undefined ? any : Prisma.sql`l.tags @> ARRAY[${tag}]`,
    license: license === undefined ? any : Prisma.sql`l.license = ${license}`,
  };
}
