import type { Database } from '@steelyard/platform-database';
import type { CanaryKey } from './end-canary.js';

/** A canary that runs now, with what is needed to compare it. */
export interface RunningCanary extends CanaryKey {
  /** What the others of the channel's calls get. */
  readonly stableVersionId: string;
}

const RUNNING = `
  SELECT tenant_id AS "tenantId", model_id AS "modelId", name AS channel, canary_version_id AS "versionId",
         canary_started_at AS "startedAt", version_id AS "stableVersionId"
    FROM channel WHERE canary_version_id IS NOT NULL`;

/** Of all organizations. */
export async function runningCanaries(database: Database): Promise<RunningCanary[]> {
  const { rows } = await database.pool.query<RunningCanary>({ name: 'catalog-running-canaries', text: RUNNING });
  return rows;
}
