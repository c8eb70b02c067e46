import type { DoneRecord } from '@steelyard/domain-metering';
import type { ExtendOutcome, HoldState, ReserveOutcome } from '@steelyard/domain-ledger';

/** A call of a run: everything about its end is fixed beforehand, so that writing it twice writes the same. */
export interface Call {
  readonly eventId: string;
  readonly tenantId: string;
  readonly done: DoneRecord;
}

export interface Ask {
  readonly call: Call;
  readonly amountNano: bigint;
  readonly free: { readonly unit: string; readonly limit: bigint; readonly quantity: bigint } | undefined;
  readonly key: string | undefined;
  readonly hash: string | undefined;
  readonly expiresAtMs: number;
}

export type Operation =
  | { readonly kind: 'credit'; readonly transferId: string; readonly tenantId: string; readonly amountNano: bigint }
  | { readonly kind: 'reserve'; readonly asks: readonly Ask[] }
  | { readonly kind: 'flush'; readonly calls: readonly Call[] }
  | { readonly kind: 'release'; readonly calls: readonly Call[]; readonly state: 'void' | 'expired' }
  | { readonly kind: 'expire'; readonly nowMs: number; readonly except: readonly Call[] }
  | { readonly kind: 'extend'; readonly call: Call; readonly amountNano: bigint }
  | { readonly kind: 'budget'; readonly budget: BudgetPlan; readonly limitNano: bigint; readonly hard: boolean }
  | { readonly kind: 'endBudget'; readonly budget: BudgetPlan };

/** What of a budget never changes. */
export interface BudgetPlan {
  readonly id: string;
  readonly tenantId: string;
  readonly period: 'day' | 'month' | 'total';
  readonly keyId?: string | undefined;
  readonly modelId?: string | undefined;
}

interface Budget extends BudgetPlan {
  limitNano: bigint;
  hard: boolean;
  ended: boolean;
}

interface Hold {
  readonly tenantId: string;
  modelId: string;
  /** The budgets that hold the amount too. */
  budgetIds: readonly string[];
  freeQuantity: bigint;
  freeUnit: string | undefined;
  amountNano: bigint;
  state: HoldState;
  /** Had expired, and was taken up again by a retry. */
  reopened?: boolean;
  key: string | undefined;
  readonly hash: string | undefined;
  expiresAtMs: number;
}

/**
 * What the ledger must do, written as plainly as possible and without a thought for speed or for others at work. One
 * operation after the other; what it answers is what the real one must answer.
 */
export class MoneyModel {
  credits = new Map<string, { tenantId: string; amountNano: bigint }>();
  holds = new Map<string, Hold>();
  usage = new Map<string, DoneRecord>();
  budgets = new Map<string, Budget>();
  /** In which unit a call took free ones: that of its hold. */
  freeUnits = new Map<string, string>();

  copy(): MoneyModel {
    const copy = new MoneyModel();
    copy.credits = new Map(this.credits);
    copy.holds = new Map([...this.holds].map(([id, hold]) => [id, { ...hold }]));
    copy.usage = new Map(this.usage);
    copy.freeUnits = new Map(this.freeUnits);
    copy.budgets = new Map([...this.budgets].map(([id, budget]) => [id, { ...budget }]));
    return copy;
  }

  apply(operation: Operation): unknown {
    switch (operation.kind) {
      case 'credit':
        return this.#credit(operation.transferId, operation.tenantId, operation.amountNano);
      case 'reserve':
        return operation.asks.map((ask) => this.#reserve(ask));
      case 'flush':
        return this.#flush(operation.calls);
      case 'release':
        return this.#release(operation.calls, operation.state);
      case 'expire':
        return this.#expire(operation.nowMs, operation.except);
      case 'extend':
        return this.#extend(operation.call.eventId, operation.amountNano);
      case 'budget':
        return this.#setBudget(operation.budget, operation);
      case 'endBudget':
        return this.#endBudget(operation.budget.id);
    }
  }

  availableNano(tenantId: string): bigint {
    return this.postedNano(tenantId) - this.heldNano(tenantId);
  }

  postedNano(tenantId: string): bigint {
    const credited = sum([...this.credits.values()].filter((credit) => credit.tenantId === tenantId).map((credit) => credit.amountNano));
    return credited - sum([...this.usage.values()].filter((done) => done.consumerTenantId === tenantId).map((done) => done.amountNano));
  }

  heldNano(tenantId: string): bigint {
    return sum([...this.holds.values()].filter((hold) => hold.tenantId === tenantId && hold.state === 'open').map((hold) => hold.amountNano));
  }

  earnedNano(tenantId: string): bigint {
    return sum([...this.usage.values()].filter((done) => done.providerTenantId === tenantId).map((done) => done.amountNano - done.feeNano));
  }

  feesNano(): bigint {
    return sum([...this.usage.values()].map((done) => done.feeNano));
  }

  /** Everything in this model happens on one day: a window is all that there is. */
  usedNano(budget: BudgetPlan): bigint {
    return sum([...this.usage.values()].filter((done) => falls(done.consumerTenantId, done, budget)).map((done) => done.amountNano));
  }

  heldOfBudget({ id }: BudgetPlan): bigint {
    return sum([...this.holds.values()].filter((hold) => hold.state === 'open' && hold.budgetIds.includes(id)).map((hold) => hold.amountNano));
  }

  freeUsed(tenantId: string, modelId: string, unit: string): bigint {
    const isOf = (done: DoneRecord) => done.consumerTenantId === tenantId && done.modelId === modelId && this.freeUnits.get(done.eventId) === unit;
    return sum([...this.usage.values()].filter(isOf).map((done) => done.freeQuantity ?? 0n));
  }

  freeHeld(tenantId: string, modelId: string, unit: string): bigint {
    const isOf = (hold: Hold) => hold.state === 'open' && hold.tenantId === tenantId && hold.modelId === modelId && hold.freeUnit === unit;
    return sum([...this.holds.values()].filter(isOf).map((hold) => hold.freeQuantity));
  }

  get openBudgets(): readonly Budget[] {
    return [...this.budgets.values()].filter(({ ended }) => !ended);
  }

  #credit(transferId: string, tenantId: string, amountNano: bigint): string {
    const earlier = this.credits.get(transferId);
    if (earlier) return earlier.tenantId === tenantId && earlier.amountNano === amountNano ? 'done' : 'LEDGER.TRANSFER_CONFLICT';
    this.credits.set(transferId, { tenantId, amountNano });
    return 'done';
  }

  #reserve({ call, amountNano, free: wish, key, hash, expiresAtMs }: Ask): ReserveOutcome {
    const { eventId, tenantId } = call;
    const { modelId } = call.done;
    const own = this.holds.get(eventId);
    if (own) {
      const free = own.freeQuantity > 0n;
      if (own.amountNano !== amountNano && !free) return { outcome: 'conflict' };
      return own.state === 'open' ? { outcome: 'open', eventId, free } : { outcome: 'replay', eventId, state: own.state, free };
    }
    const [earlierId, earlier] = [...this.holds].find(([, hold]) => key !== undefined && hold.tenantId === tenantId && hold.key === key) ?? [];
    if (earlierId !== undefined && earlier && earlier.state !== 'void') {
      if (earlier.hash !== hash) return { outcome: 'conflict' };
      if (earlier.state !== 'expired') return { outcome: 'replay', eventId: earlierId, state: earlier.state, free: earlier.freeQuantity > 0n };
    }
    const free = wish !== undefined && this.freeUsed(tenantId, modelId, wish.unit) + this.freeHeld(tenantId, modelId, wish.unit) + wish.quantity <= wish.limit;
    const budgets = free || amountNano === 0n ? [] : this.openBudgets.filter((budget) => falls(tenantId, call.done, budget));
    if (!free) {
      const availableNano = this.availableNano(tenantId);
      if (amountNano > 0n && amountNano > availableNano) return { outcome: 'insufficient', availableNano };
      const limit = this.#tightest(budgets, amountNano);
      if (limit) return limit;
    }
    const held = {
      state: 'open' as const,
      modelId,
      amountNano: free ? 0n : amountNano,
      freeQuantity: free ? wish.quantity : 0n,
      freeUnit: free ? wish.unit : undefined,
      budgetIds: budgets.map(({ id }) => id),
      expiresAtMs,
    };
    if (earlierId !== undefined && earlier?.state === 'expired') {
      Object.assign(earlier, held, { reopened: true });
      return { outcome: 'open', eventId: earlierId, free };
    }
    if (earlier) earlier.key = undefined;
    this.holds.set(eventId, { tenantId, key, hash, ...held });
    return { outcome: 'open', eventId, free };
  }

  /** The hard budget of these that has least left, if that is less than the amount. */
  #tightest(budgets: readonly Budget[], amountNano: bigint): { outcome: 'limited'; availableNano: bigint; budgetId: string } | undefined {
    const short = budgets
      .filter(({ hard, ended }) => hard && !ended)
      .map((budget) => ({ outcome: 'limited' as const, availableNano: budget.limitNano - this.usedNano(budget) - this.heldOfBudget(budget), budgetId: budget.id }))
      .filter(({ availableNano }) => availableNano < amountNano);
    return short.sort((a, b) => Number(a.availableNano - b.availableNano) || (a.budgetId < b.budgetId ? -1 : 1))[0];
  }

  #extend(eventId: string, amountNano: bigint): ExtendOutcome {
    const hold = this.holds.get(eventId);
    if (hold?.state !== 'open') return { outcome: 'gone' };
    if (hold.freeQuantity > 0n) return { outcome: 'open' };
    const availableNano = this.availableNano(hold.tenantId);
    if (amountNano > availableNano) return { outcome: 'insufficient', availableNano };
    const limit = this.#tightest(hold.budgetIds.map((id) => this.budgets.get(id)!), amountNano);
    if (limit) return limit;
    hold.amountNano += amountNano;
    return { outcome: 'open' };
  }

  #setBudget(plan: BudgetPlan, { limitNano, hard }: { limitNano: bigint; hard: boolean }): string {
    const known = this.budgets.get(plan.id);
    if (known?.ended) return 'missing';
    if (hard && limitNano < this.usedNano(plan)) return 'below_used';
    if (known) Object.assign(known, { limitNano, hard });
    else this.budgets.set(plan.id, { ...plan, limitNano, hard, ended: false });
    return 'done';
  }

  #endBudget(id: string): boolean {
    const budget = this.budgets.get(id);
    if (!budget || budget.ended) return false;
    budget.ended = true;
    return true;
  }

  #flush(calls: readonly Call[]): { inserted: number; released: number } {
    const counts = { inserted: 0, released: 0 };
    for (const { eventId, done } of new Set(calls)) {
      // What became of the first try is not known.
      if (done.status === 'failed' && this.holds.get(eventId)?.reopened) continue;
      const hold = this.holds.get(eventId);
      if (!this.usage.has(eventId)) {
        this.usage.set(eventId, done);
        this.freeUnits.set(eventId, hold?.freeUnit ?? 'request');
        counts.inserted += 1;
      }
      if (hold?.state === 'open') counts.released += 1;
      if (hold && hold.state !== 'settled') hold.state = done.status === 'succeeded' ? 'settled' : 'void';
    }
    return counts;
  }

  #release(calls: readonly Call[], state: 'void' | 'expired'): string {
    for (const { eventId } of calls) {
      const hold = this.holds.get(eventId);
      // One that was taken up again is ended by the retry that has it.
      if (hold?.state === 'open' && !(hold.reopened && state === 'void')) hold.state = state;
    }
    return 'done';
  }

  #expire(nowMs: number, except: readonly Call[]): number {
    const kept = new Set(except.map(({ eventId }) => eventId));
    const late = [...this.holds].filter(([id, hold]) => hold.state === 'open' && hold.expiresAtMs <= nowMs && !kept.has(id));
    for (const [, hold] of late) hold.state = 'expired';
    return late.length;
  }
}

/** Whether a call counts against a budget. */
function falls(tenantId: string, { keyId, modelId }: DoneRecord, budget: BudgetPlan): boolean {
  return budget.tenantId === tenantId && (budget.keyId ?? keyId) === keyId && (budget.modelId ?? modelId) === modelId;
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
