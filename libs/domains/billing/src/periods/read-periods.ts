import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { BILLING_CLOCK, type BillingClock } from '../clock.js';
import { periodAfter, periodOf } from './period.js';

/** A document that could not be issued, and is tried again. */
export interface StuckDocument {
  readonly kind: 'invoice' | 'statement';
  readonly organization: string;
  readonly currency: string;
  readonly problem: string;
  readonly attempts: number;
  readonly triedAt: Date;
}

/** A month, and how far its documents are. */
export interface Period {
  /** yyyymm, UTC */
  readonly period: number;
  readonly closedAt: Date | null;
  /** An actor's id. */
  readonly closedBy: string | null;
  /** What it owes; 0 while it is open. */
  readonly documents: number;
  readonly issued: number;
  /** How many could not be issued; the last try of each failed. */
  readonly stuckCount: number;
  /** The first of them, over all months. */
  readonly stuck: readonly StuckDocument[];
}

/** More are not shown: one reason is mostly that of them all. */
const STUCK_MAX = 100;

const CLOSED = `
  SELECT m.period, closing.closed_at AS "closedAt", closing.closed_by AS "closedBy", count(d.kind)::INTEGER AS documents, count(d.document_id)::INTEGER AS issued,
    count(*) FILTER (WHERE d.document_id IS NULL AND d.problem IS NOT NULL)::INTEGER AS "stuckCount"
  FROM (SELECT period FROM usage_period UNION SELECT period FROM billing_due) AS m
  CROSS JOIN LATERAL (SELECT p.closed_at, p.closed_by FROM usage_period AS p WHERE p.period >= m.period ORDER BY p.period LIMIT 1) AS closing
  LEFT JOIN billing_due AS d ON d.period = m.period
  GROUP BY 1, 2, 3 ORDER BY 1 DESC`;
const STUCK = `
  SELECT d.period, d.kind, coalesce(o.handle, d.tenant_id::TEXT) AS organization, d.currency, d.problem, d.attempts, d.tried_at AS "triedAt"
  FROM billing_due AS d LEFT JOIN organization AS o ON o.id = d.tenant_id
  WHERE d.document_id IS NULL AND d.problem IS NOT NULL ORDER BY d.period, d.kind, d.tenant_id LIMIT ${STUCK_MAX}`;
const FIRST_OPEN = 'SELECT coalesce(nullif(usage_first_open_period(), 0), (SELECT min(period) FROM usage_hour)) AS period';

/** Months as the operator sees them. */
@Injectable()
export class ReadPeriods {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(BILLING_CLOCK) private readonly clock: BillingClock,
  ) {}

  /** Newest first: those that are open, to this one, and those that are closed. */
  async all(): Promise<Period[]> {
    const { pool } = this.database;
    const closed = await pool.query<Omit<Period, 'stuck'>>(CLOSED);
    const stuck = await pool.query<StuckDocument & { period: number }>(STUCK);
    const first = (await pool.query<{ period: number | null }>(FIRST_OPEN)).rows[0]!.period;
    const now = periodOf(await this.clock.nowMs());
    return [...openPeriods(first ?? now, now).reverse(), ...closed.rows.map((row) => ({ ...row, stuck: stuck.rows.filter(({ period }) => period === row.period) }))];
  }

  /** One that nothing is known of is open. */
  async one(period: number): Promise<Period> {
    return (await this.all()).find((item) => item.period === period) ?? openPeriod(period);
  }
}

function openPeriods(first: number, last: number): Period[] {
  const open: Period[] = [];
  for (let period = first; period <= last; period = periodAfter(period)) open.push(openPeriod(period));
  return open;
}

function openPeriod(period: number): Period {
  return { period, closedAt: null, closedBy: null, documents: 0, issued: 0, stuckCount: 0, stuck: [] };
}
