import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, plainArray, type Database } from '@steelyard/platform-database';
import { query } from '../../persistence/statements.js';
import type { BudgetAlert } from './alert.js';

/** Newest first, some of each budget. */
const LATEST = `
  SELECT a.* FROM unnest($2::uuid[]) AS b (id)
  CROSS JOIN LATERAL (SELECT * FROM budget_alert WHERE tenant_id = $1 AND budget_id = b.id ORDER BY raised_at DESC, percent DESC LIMIT $3) AS a`;

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
