import { isId } from '@steelyard/kernel';
import { plainArray, type Pool } from '@steelyard/platform-database';
import { USAGE_COLUMNS, type UsageColumns } from '../documents/usage-columns.js';

/** A call that can be taken back. */
export interface CorrectableCall extends UsageColumns {
  readonly consumer_tenant_id: string;
  readonly provider_tenant_id: string;
  readonly period: number;
}

/**
 * Why a call cannot be taken back. `unknown`: there is none of this id. `repeated`: it was named twice. `corrected`: it was taken back before.
 * `failed` and `free`: it cost nothing.
 */
export const CORRECTION_PROBLEMS = ['unknown', 'repeated', 'corrected', 'failed', 'free'] as const;

export interface CorrectionProblem {
  readonly eventId: string;
  readonly problem: (typeof CORRECTION_PROBLEMS)[number];
}

type Found = CorrectableCall & { readonly corrected: boolean };

/** The calls by their ids, and everything that keeps one of them from being taken back. */
export async function findCorrectable(pool: Pool, eventIds: readonly string[]): Promise<{ calls: CorrectableCall[]; problems: CorrectionProblem[] }> {
  const { rows } = await pool.query<Found>(
    `SELECT ${USAGE_COLUMNS}, e.consumer_tenant_id, e.provider_tenant_id, e.period, c.event_id IS NOT NULL AS corrected
     FROM usage_event AS e LEFT JOIN usage_correction AS c ON c.event_id = e.id WHERE e.id = ANY ($1) ORDER BY e.id`,
    [plainArray(eventIds.filter(isId))],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  const seen = new Set<string>();
  const problems = eventIds.flatMap((eventId): CorrectionProblem[] => {
    const problem = seen.has(eventId) ? 'repeated' : problemOf(byId.get(eventId));
    seen.add(eventId);
    return problem ? [{ eventId, problem }] : [];
  });
  return { calls: rows, problems };
}

/** What keeps a call from being taken back, if anything does. */
export function problemOf(call: Pick<Found, 'corrected' | 'status' | 'amount_nano'> | undefined): CorrectionProblem['problem'] | undefined {
  if (!call) return 'unknown';
  if (call.corrected) return 'corrected';
  if (call.status === 'failed') return 'failed';
  return call.amount_nano === '0' ? 'free' : undefined;
}
