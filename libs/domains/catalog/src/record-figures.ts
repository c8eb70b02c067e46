import type { Database } from '@steelyard/platform-database';

/** What the calls of a model were like in a window of time. */
export interface ModelFigures {
  readonly modelId: string;
  readonly calls: number;
  /** Those of them that failed by a fault of the model or the platform. */
  readonly faults: number;
  readonly p50Micros: number | null;
  readonly p95Micros: number | null;
  /** How many calls, the newest of the window, the percentiles are of. */
  readonly sampled: number;
  readonly from: Date;
  readonly at: Date;
}

const RECORD = `
  UPDATE model_listing AS l
     SET calls = f.calls, faults = f.faults, p50_micros = f.p50, p95_micros = f.p95, sampled = f.sampled, figures_from = f.begun, figures_at = f.ended
    FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::int[], $5::int[], $6::int[], $7::timestamptz[], $8::timestamptz[])
         AS f (model_id, calls, faults, p50, p95, sampled, begun, ended)
   WHERE l.model_id = f.model_id`;

/** Writes figures into the listings of their models; a model that is not listed is passed over. */
export async function recordFigures(database: Database, figures: readonly ModelFigures[]): Promise<void> {
  const all = (pick: (of: ModelFigures) => string | number | null) => figures.map(pick);
  await database.pool.query({
    name: 'catalog-record-figures',
    text: RECORD,
    values: [
      all((of) => of.modelId),
      all((of) => of.calls),
      all((of) => of.faults),
      all((of) => of.p50Micros),
      all((of) => of.p95Micros),
      all((of) => of.sampled),
      all((of) => of.from.toISOString()),
      all((of) => of.at.toISOString()),
    ],
  });
}

const STALE = 'SELECT model_id AS id FROM model_listing WHERE figures_at IS NULL OR figures_at < $1 ORDER BY figures_at NULLS FIRST LIMIT $2';

/** Listed models whose figures are older than `before`, those that have none first. */
export async function modelsWithFiguresBefore(database: Database, before: Date, limit: number): Promise<string[]> {
  const { rows } = await database.pool.query<{ id: string }>({ name: 'catalog-stale-figures', text: STALE, values: [before, limit] });
  return rows.map(({ id }) => id);
}
