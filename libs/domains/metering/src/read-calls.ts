import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, readAlongIndex, type Database } from '@steelyard/platform-database';
import { CALLERS_OWN_FAILURES, OUT_OF_TIME } from './fault.js';
import { idBound } from './usage-filter.js';
import { firstWholeHour } from './usage-hours.js';

/** What the calls of one version were like. */
export interface VersionCalls {
  readonly calls: number;
  /** Those that failed by a fault of the model or the platform, not of the caller. */
  readonly faults: number;
  /** Of calls that were answered or ran out of time, but for those that waited until the version was loaded; `null` when there is none. */
  readonly p95Micros: number | null;
}

/** What the calls of one model were like. */
export interface ModelCalls {
  readonly calls: number;
  readonly faults: number;
  /** Of the newest answered calls, as many as `sampled`; `null` when there is none. */
  readonly p50Micros: number | null;
  readonly p95Micros: number | null;
  readonly sampled: number;
}

const IS_FAULT = `status = 'failed' AND coalesce(error_code, '') <> ALL ($3)`;

// A call that came before its version had answered the first one waited for it to be loaded: that says nothing of its speed.
const OF_VERSIONS = `
  WITH newest AS (
    SELECT version_id, status, error_code, total_micros, occurred_at,
           min(occurred_at) FILTER (WHERE status = 'succeeded') OVER (PARTITION BY version_id) AS first_answer_at
      FROM (SELECT version_id, status, error_code, total_micros, occurred_at
              FROM usage_event WHERE model_id = $1 AND id >= $2 ORDER BY id DESC LIMIT $5) AS limited
     WHERE version_id = ANY ($6))
  SELECT version_id AS "versionId", count(*)::int AS calls, count(*) FILTER (WHERE ${IS_FAULT})::int AS faults,
         percentile_disc(0.95) WITHIN GROUP (ORDER BY total_micros) FILTER (
           WHERE (status = 'succeeded' OR error_code = ANY ($4))
             AND occurred_at - total_micros * interval '1 microsecond' >= coalesce(first_answer_at, '-infinity')) AS "p95Micros"
    FROM newest GROUP BY version_id`;

// Calls by the hourly sums, and of the hour that the window begins in by themselves. No sum tells which failures are faults: the failed calls do, by an index of their own.
const OF_MODEL = `
  SELECT whole.calls + begun.calls AS calls, failed.faults, timed.sampled, timed.percentiles[1] AS "p50Micros", timed.percentiles[2] AS "p95Micros"
    FROM (SELECT coalesce(sum(calls), 0)::float8 AS calls FROM usage_hour WHERE model_id = $1 AND hour >= $5) AS whole,
         (SELECT count(*)::float8 AS calls FROM usage_event WHERE model_id = $1 AND id >= $2 AND id < $6) AS begun,
         (SELECT count(*)::float8 AS faults FROM usage_event WHERE model_id = $1 AND id >= $2 AND ${IS_FAULT}) AS failed,
         (SELECT count(*)::int AS sampled, percentile_disc(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY total_micros) AS percentiles
            FROM (SELECT total_micros FROM usage_event WHERE model_id = $1 AND id >= $2 AND status = 'succeeded' ORDER BY id DESC LIMIT $4) AS newest
         ) AS timed`;

const CALLED = 'SELECT DISTINCT model_id AS id FROM usage_event WHERE id >= $1';

const NO_CALLS: VersionCalls = { calls: 0, faults: 0, p95Micros: null };

/** What calls say of models, whoever made them. What ended a moment ago may not be there yet. */
@Injectable()
export class ReadCalls {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /**
   * By version, of the model's newest `newestMax` calls since a time. A call counts for the version that ran, by whatever
   * reference it was called.
   */
  async ofVersions(modelId: string, options: { versionIds: readonly string[]; since: Date; newestMax: number }): Promise<(versionId: string) => VersionCalls> {
    const { versionIds, since, newestMax } = options;
    const { rows } = await this.database.pool.query<VersionCalls & { versionId: string }>({
      name: 'usage-calls-of-versions',
      text: OF_VERSIONS,
      values: [modelId, idBound(since), CALLERS_OWN_FAILURES, OUT_OF_TIME, newestMax, versionIds],
    });
    return (versionId) => rows.find((row) => row.versionId === versionId) ?? NO_CALLS;
  }

  /** Since a time, exact to the millisecond; the percentiles of the newest `sampleMax` answered calls. What it costs does not grow with the calls that were answered. */
  async ofModel(modelId: string, options: { since: Date; sampleMax: number }): Promise<ModelCalls> {
    const { since, sampleMax } = options;
    const hour = firstWholeHour(since);
    const values = [modelId, idBound(since), CALLERS_OWN_FAILURES, sampleMax, hour.toISOString(), idBound(hour)];
    const { rows } = await readAlongIndex<ModelCalls>(this.database.pool, OF_MODEL, values);
    return rows[0]!;
  }

  /** Models with calls that were let in at this time or later. */
  async calledSince(time: Date): Promise<string[]> {
    const { rows } = await this.database.pool.query<{ id: string }>({ name: 'usage-models-called', text: CALLED, values: [idBound(time)] });
    return rows.map(({ id }) => id);
  }
}
