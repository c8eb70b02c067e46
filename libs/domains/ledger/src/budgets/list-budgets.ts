import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database, type Pool } from '@steelyard/platform-database';
import { query } from '../persistence/statements.js';
import type { Budget, BudgetPeriod, BudgetScope } from './budget.js';

interface BudgetRow {
  readonly id: string;
  readonly name: string;
  readonly scope: BudgetScope;
  readonly key_id: string | null;
  readonly model_id: string | null;
  readonly provider_id: string | null;
  readonly period: BudgetPeriod;
  readonly currency: string;
  readonly limit_nano: string;
  readonly hard: boolean;
  readonly alert_percents: number[];
  readonly webhook_url: string | null;
  readonly webhook_label: string | null;
  readonly created_by: string;
  readonly created_at: Date;
  readonly ended_at: Date | null;
  readonly used: string;
  readonly held: string;
  readonly starts_at: Date;
  readonly resets_at: Date | null;
}

/** An ended budget is shown as it was when it ended. */
const SELECT = `
  SELECT b.*, s.starts_at, nullif(budget_window_end(b.period, s.starts_at), 'infinity') AS resets_at,
    coalesce(w.used, budget_used(b, s.starts_at)) AS used, coalesce(w.held, 0) AS held
  FROM budget AS b
  CROSS JOIN LATERAL (SELECT budget_window_start(b.period, least($2::timestamptz, b.ended_at)) AS starts_at) AS s
  LEFT JOIN ledger_window AS w ON w.tenant_id = b.tenant_id AND w.kind = 'budget' AND w.subject_id = b.id AND w.starts_at = s.starts_at
  WHERE b.tenant_id = $1`;

@Injectable()
export class ListBudgets {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** Oldest first; those that have ended only if they are asked for. @throws AppError `LEDGER.UNAVAILABLE` */
  async list(tenantId: string, { ended = false } = {}): Promise<Budget[]> {
    return select(this.database.pool, `${SELECT} AND (b.ended_at IS NULL OR $3) ORDER BY b.ended_at IS NOT NULL, b.id`, [tenantId, now(), ended]);
  }

  /** @throws AppError `LEDGER.UNAVAILABLE` */
  async find(tenantId: string, id: string): Promise<Budget | undefined> {
    const [budget] = await select(this.database.pool, `${SELECT} AND b.id = $3`, [tenantId, now(), id]);
    return budget;
  }
}

const now = () => new Date().toISOString();

async function select(pool: Pool, text: string, values: readonly unknown[]): Promise<Budget[]> {
  const { rows } = await query(() => pool.query<BudgetRow>(text, [...values]));
  return rows.map(toBudget);
}

function toBudget(row: BudgetRow): Budget {
  return {
    id: row.id,
    name: row.name,
    scope: row.scope,
    keyId: row.key_id,
    model: row.model_id === null ? null : { id: row.model_id, ownerId: row.provider_id! },
    period: row.period,
    currency: row.currency,
    limitNano: BigInt(row.limit_nano),
    hard: row.hard,
    alertPercents: row.alert_percents,
    webhookUrl: row.webhook_url,
    webhookLabel: row.webhook_label,
    createdBy: row.created_by,
    createdAt: row.created_at,
    endedAt: row.ended_at,
    usedNano: BigInt(row.used),
    heldNano: BigInt(row.held),
    startsAt: row.starts_at,
    resetsAt: row.resets_at,
  };
}
