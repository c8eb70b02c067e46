import type { Tx } from '@steelyard/platform-database';
import { conditions, found, type ModelFilter } from './model-search.js';

export interface FacetCount {
  readonly value: string;
  readonly count: number;
}

export interface FacetCounts {
  readonly total: number;
  readonly tasks: FacetCount[];
  readonly tags: FacetCount[];
  readonly licenses: FacetCount[];
}

const VALUES_MAX = 100;

/**
 * How many of the models found have each task, tag and licence, most first. Each counts under the other filters but not its own, so
 * that it says what one would get by choosing another value.
 */
export async function countFacets(tx: Tx, filter: ModelFilter): Promise<FacetCounts> {
  const search = found(filter);
  if (!search) return { total: 0, tasks: [], tags: [], licenses: [] };
  const { task, tag, license } = conditions(filter);
  const rows = await tx.$queryRaw<{ facet: string; value: string | null; count: bigint }[]>`
    WITH found AS MATERIALIZED (
      SELECT l.task, l.tags, l.license, ${task} AS of_task, ${tag} AS of_tag, ${license} AS of_license FROM ${search.from} WHERE ${search.where}),
    counted AS (
      SELECT 'total' AS facet, NULL AS value, count(*) FROM found WHERE of_task AND of_tag AND of_license
      UNION ALL SELECT 'tasks', task, count(*) FROM found WHERE of_tag AND of_license GROUP BY task
      UNION ALL SELECT 'licenses', license, count(*) FROM found WHERE of_task AND of_tag GROUP BY license
      UNION ALL SELECT 'tags', value, count(*) FROM found, unnest(tags) AS value WHERE of_task AND of_license GROUP BY value)
    SELECT facet, value, count FROM (
      SELECT *, row_number() OVER (PARTITION BY facet ORDER BY count DESC, value COLLATE "C") AS place FROM counted) AS placed
     WHERE place <= ${VALUES_MAX} ORDER BY facet, place`;
  const of = (facet: string) => rows.filter((row) => row.facet === facet).map(({ value, count }) => ({ value: value!, count: Number(count) }));
  return { total: of('total')[0]!.count, tasks: of('tasks'), tags: of('tags'), licenses: of('licenses') };
}
