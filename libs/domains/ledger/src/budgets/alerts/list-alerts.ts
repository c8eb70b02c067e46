import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, plainArray, type Database } from '@steelyard/platform-database';
import { query } from '../../persistence/statements.js';
import type { BudgetAlert, UndeliveredAlert } from './alert.js';

/** Newest first, some of each budget. */
const LATEST = `
  SELECT a.* FROM unnest($2::uuid[]) AS b (id)
  CROSS JOIN LATERAL (SELECT * FROM budget_alert WHERE tenant_id = $1 AND budget_id = b.id ORDER BY raised_at DESC, percent DESC LIMIT $3) AS a`;

/** Whose they are is told by a table of identity's, by SQL: identity is not below the ledger. */
const UNDELIVERED = `
  SELECT a.*, b.name AS budget_name, coalesce(o.handle, a.tenant_id::text) AS organization
  FROM budget_alert AS a JOIN budget AS b ON b.tenant_id = a.tenant_id AND b.id = a.budget_id LEFT JOIN organization AS o ON o.id = a.tenant_id
  WHERE a.delivery = 'failed' AND a.raised_at >= $1 ORDER BY a.raised_at DESC LIMIT $2`;

interface AlertRow {
  readonly id: string;
  readonly budget_id: string;
  readonly starts_at: Date;
  readonly percent: number;
  readonly limit_nano: string;
  readonly used_nano: string;
  readonly reason: BudgetAlert['reason'];
  readonly raised_at: Date;
  readonly delivery: BudgetAlert['delivery'];
  readonly attempts: number;
  readonly next_attempt_at: Date | null;
  readonly delivered_at: Date | null;
  readonly problem: string | null;
}

@Injectable()
export class ListAlerts {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** The latest of each budget, newest first, by its id. @throws AppError `LEDGER.UNAVAILABLE` */
  async latest(tenantId: string, budgetIds: readonly string[], countMax: number): Promise<ReadonlyMap<string, readonly BudgetAlert[]>> {
    if (budgetIds.length === 0) return new Map();
    const { rows } = await query(() => this.database.pool.query<AlertRow>(LATEST, [tenantId, plainArray(budgetIds), countMax]));
    const alerts = new Map<string, BudgetAlert[]>(budgetIds.map((id) => [id, []]));
    for (const row of rows) alerts.get(row.budget_id)!.push(toAlert(row));
    return alerts;
  }

  /** Those of anybody that were given up since then, newest first. @throws AppError `LEDGER.UNAVAILABLE` */
  async undelivered(since: Date, countMax: number): Promise<UndeliveredAlert[]> {
    interface Row extends AlertRow {
      readonly budget_name: string;
      readonly organization: string;
    }
    const { rows } = await query(() => this.database.pool.query<Row>(UNDELIVERED, [since.toISOString(), countMax]));
    return rows.map((row) => ({ ...toAlert(row), budgetName: row.budget_name, organization: row.organization }));
  }
}

function toAlert(row: AlertRow): BudgetAlert {
  return {
    id: row.id,
    budgetId: row.budget_id,
    startsAt: row.starts_at,
    percent: row.percent,
    limitNano: BigInt(row.limit_nano),
    usedNano: BigInt(row.used_nano),
    reason: row.reason,
    raisedAt: row.raised_at,
    delivery: row.delivery,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at,
    deliveredAt: row.delivered_at,
    problem: row.problem,
  };
}
