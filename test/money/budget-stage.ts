import { Ledger, type Reservation, type ReserveOutcome } from '@steelyard/domain-ledger';
import { flushUsage, type DoneRecord } from '@steelyard/domain-metering';
import { newId } from '@steelyard/kernel';
import type { Database } from '@steelyard/platform-database';

export interface BudgetTerms {
  readonly scope?: 'organization' | 'key' | 'model';
  readonly keyId?: string;
  readonly modelId?: string;
  readonly period?: 'day' | 'month' | 'total';
  readonly limitNano: bigint;
  readonly hard?: boolean;
  readonly currency?: string;
}

export interface Window {
  readonly startsAt: string;
  readonly usedNano: bigint;
  readonly heldNano: bigint;
}

/** One organization with a wallet, and what happens to it: as the SQL functions know it, without names and addresses. */
export class BudgetStage {
  readonly tenantId = newId();
  readonly modelId = newId();
  readonly providerId = newId();
  readonly ledger: Ledger;

  constructor(private readonly database: Database) {
    this.ledger = new Ledger(database);
  }

  credit(amountNano: bigint): Promise<void> {
    return this.ledger.credit({ tenantId: this.tenantId, amountNano, currency: 'usd', reason: 'test', transferId: newId() });
  }

  reservation(given: Partial<Reservation> = {}): Reservation {
    return { eventId: newId(), tenantId: this.tenantId, currency: 'usd', amountNano: 1n, keyId: 'key', modelId: this.modelId, expiresAtMs: Date.now() + 3_600_000, ...given };
  }

  reserve(given: Partial<Reservation> = {}, on = this.ledger): Promise<ReserveOutcome> {
    return on.reserve(this.reservation(given));
  }

  async open({ scope = 'organization', keyId, modelId, period = 'month', limitNano, hard = true, currency = 'usd' }: BudgetTerms, nowMs = Date.now()): Promise<string> {
    const id = newId();
    const named = { scope, key_id: keyId, model_id: modelId, provider_id: modelId && this.providerId };
    const row = { tenant_id: this.tenantId, id, name: scope, period, limit_nano: `${limitNano}`, currency, hard, alert_percents: [], created_by: 'test', created_at: new Date(nowMs), ...named };
    const { outcome } = await this.#set(row, true, nowMs);
    if (outcome !== 'done') throw new TypeError(`the budget was answered with ${outcome}`);
    return id;
  }

  change(id: string, change: object): Promise<{ outcome: string; used_nano: string | null }> {
    return this.#set({ tenant_id: this.tenantId, id, ...change }, false, Date.now());
  }

  async #set(row: object, isNew: boolean, nowMs: number): Promise<{ outcome: string; used_nano: string | null }> {
    const text = 'SELECT * FROM budget_set(jsonb_populate_record(NULL::budget, $1), $2, $3)';
    const { rows } = await this.database.pool.query<{ outcome: string; used_nano: string | null }>(text, [JSON.stringify(row), isNew, new Date(nowMs).toISOString()]);
    return rows[0]!;
  }

  async end(id: string): Promise<boolean> {
    const { rows } = await this.database.pool.query<{ ended: boolean }>('SELECT budget_end($1, $2, now()) AS ended', [this.tenantId, id]);
    return rows[0]!.ended;
  }

  /** Usage of calls, whether anything was held for them or not. */
  async use(calls: readonly { readonly eventId: string; readonly amountNano: bigint; readonly keyId?: string; readonly modelId?: string }[]): Promise<void> {
    await flushUsage(this.database.pool, calls.map((call) => this.#done(call)));
  }

  #done({ eventId, amountNano, keyId = 'key', modelId = this.modelId }: { eventId: string; amountNano: bigint; keyId?: string; modelId?: string }): DoneRecord {
    const tenants = { consumerTenantId: this.tenantId, providerTenantId: this.providerId };
    const charge = { unit: 'request', quantity: 1n, amountNano, feeNano: 0n, currency: 'usd' } as const;
    const times = { queueMicros: 1, computeMicros: 1, totalMicros: 1, occurredAtMs: Date.now() };
    return { eventId, ...tenants, keyId, modelId, versionId: this.modelId, priceId: this.modelId, status: 'succeeded', errorCode: undefined, ...charge, ...times };
  }

  /** Oldest first. */
  async windows(id: string): Promise<Window[]> {
    const text = `SELECT starts_at, used, held FROM ledger_window WHERE tenant_id = $1 AND kind = 'budget' AND subject_id = $2 ORDER BY starts_at`;
    const { rows } = await this.database.pool.query<{ starts_at: Date; used: string; held: string }>(text, [this.tenantId, id]);
    return rows.map(({ starts_at: startsAt, used, held }) => ({ startsAt: startsAt.toISOString(), usedNano: BigInt(used), heldNano: BigInt(held) }));
  }

  async window(id: string): Promise<Omit<Window, 'startsAt'>> {
    const { usedNano, heldNano } = (await this.windows(id)).at(-1)!;
    return { usedNano, heldNano };
  }
}

/**
 * Windows of open budgets that are not what made them: `used` is the usage of the window's time and subject, `held` the sum of the open holds
 * that name the window.
 */
export const UNTRUE_WINDOWS = `
  SELECT w.*, true_used, true_held FROM ledger_window AS w
  JOIN budget AS b ON b.tenant_id = w.tenant_id AND b.id = w.subject_id AND b.ended_at IS NULL
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(u.amount_nano), 0) AS true_used FROM usage_event AS u
    WHERE u.consumer_tenant_id = b.tenant_id AND u.currency = b.currency AND ledger_window_start(b.period, u.id) = w.starts_at
      AND CASE b.scope WHEN 'key' THEN u.key_id = b.key_id WHEN 'model' THEN u.model_id = b.model_id ELSE true END) AS usage
  CROSS JOIN LATERAL (SELECT coalesce(sum(h.amount_nano), 0) AS true_held FROM ledger_hold AS h WHERE h.state = 'open' AND w.id = ANY (h.windows)) AS holds
  WHERE w.kind = 'budget' AND (w.used <> true_used OR w.held <> true_held)`;
