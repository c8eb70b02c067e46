import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DATABASE, dueFairly, FairSending, type Database } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import type { DueAlert } from './alert.js';
import { SendWebhook } from './send-webhook.js';

const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 4 * 3_600_000;
/** For so long after it was raised an alert is tried again. */
const GIVE_UP_AFTER_MS = 24 * 3_600_000;

const CLAIM = `
  ${dueFairly('budget_alert')}
  UPDATE budget_alert AS a SET attempts = a.attempts + 1, next_attempt_at = $2
  FROM mine JOIN budget AS b ON b.tenant_id = mine.tenant_id
  WHERE a.tenant_id = mine.tenant_id AND a.id = mine.id AND b.id = a.budget_id
  RETURNING a.*, nullif(budget_window_end(b.period, a.starts_at), 'infinity') AS resets_at,
    b.name, b.scope, b.key_id, b.model_id, b.period, b.hard, b.currency, b.webhook_url, b.webhook_label`;

/** What came of an attempt, unless another server has taken the alert meanwhile. */
const SETTLE = `
  UPDATE budget_alert SET delivery = $4, delivered_at = $5, next_attempt_at = $6, problem = $7
  WHERE tenant_id = $1 AND id = $2 AND attempts = $3 AND delivery = 'waiting'`;

/** Sends alerts to the addresses of their budgets: at least once each, tried again with growing pauses for a day. */
@Injectable()
export class DeliverAlerts implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #sending: FairSending<DueAlert>;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(SendWebhook) private readonly webhook: SendWebhook,
    @Inject(LOGGER) log: Logger,
  ) {
    const claim = async (values: readonly unknown[]) => (await database.pool.query<DueRow>({ name: 'budget_alert_claim', text: CLAIM, values: [...values] })).rows.map(toDue);
    this.#sending = new FairSending({ name: 'send alerts of budgets', log, pool: database.pool, table: 'budget_alert', claim, send: (alert, nowMs, signal) => this.#deliver(alert, nowMs, signal) });
  }

  onApplicationBootstrap(): void {
    this.#sending.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.#sending.stop();
  }

  /** Sends those that are due at a time, and gives how many that were. @throws what `pg` throws */
  run(nowMs: number, signal?: AbortSignal): Promise<number> {
    return this.#sending.once(nowMs, signal);
  }

  async #deliver(alert: DueAlert, nowMs: number, signal: AbortSignal | undefined): Promise<void> {
    const { problem } = await this.webhook.send('budget.alert', alert, signal);
    // This server stops: another one takes the alert when the claim is over.
    if (signal?.aborted && problem !== null) return;
    const { tenantId, id, attempts, raisedAt } = alert;
    const nextMs = nowMs + pauseMs(attempts);
    const isOver = nextMs > raisedAt.getTime() + GIVE_UP_AFTER_MS;
    const [delivery, deliveredAt, nextAt] =
      problem === null ? ['delivered', new Date().toISOString(), null] : isOver ? ['failed', null, null] : ['waiting', null, new Date(nextMs).toISOString()];
    await this.database.pool.query({ name: 'budget_alert_settle', text: SETTLE, values: [tenantId, id, attempts, delivery, deliveredAt, nextAt, problem] });
  }
}

/** Before the attempt that follows attempt number `attempts`. */
function pauseMs(attempts: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (attempts - 1), LONGEST_PAUSE_MS);
}

interface DueRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly budget_id: string;
  readonly starts_at: Date;
  readonly resets_at: Date | null;
  readonly percent: number;
  readonly reason: DueAlert['reason'];
  readonly limit_nano: string;
  readonly used_nano: string;
  readonly raised_at: Date;
  readonly attempts: number;
  readonly name: string;
  readonly scope: DueAlert['budget']['scope'];
  readonly key_id: string | null;
  readonly model_id: string | null;
  readonly period: DueAlert['budget']['period'];
  readonly hard: boolean;
  readonly currency: string;
  readonly webhook_url: string | null;
  readonly webhook_label: string | null;
}

function toDue(row: DueRow): DueAlert {
  return {
    tenantId: row.tenant_id,
    id: row.id,
    startsAt: row.starts_at,
    resetsAt: row.resets_at,
    percent: row.percent,
    reason: row.reason,
    limitNano: BigInt(row.limit_nano),
    usedNano: BigInt(row.used_nano),
    raisedAt: row.raised_at,
    attempts: row.attempts,
    budget: { id: row.budget_id, name: row.name, scope: row.scope, keyId: row.key_id, modelId: row.model_id, period: row.period, hard: row.hard, currency: row.currency },
    webhookUrl: row.webhook_url,
    webhookLabel: row.webhook_label,
  };
}
