/** A call that a hard budget refused. */
export interface Refusal {
  /** Absent for a call that runs already and was refused more: its hold says whose it is. */
  readonly tenantId?: string;
  readonly budgetId: string;
  readonly eventId: string;
}

export interface Notices {
  /** Organizations whose accounts were written to; `undefined` when there were too many to keep, so that all are to be looked at. */
  readonly tenantIds: readonly string[] | undefined;
  readonly refusals: readonly Refusal[];
}

const KEPT_MAX = 10_000;

/** What happened on this server since somebody looked: kept in memory, at the price of an entry in a set. What a crash loses, the next look at all budgets finds. */
export class Noticed {
  #tenantIds = new Set<string>();
  #refusals = new Map<string, Refusal>();
  #isOverflown = false;

  change(tenantId: string): void {
    if (this.#tenantIds.size < KEPT_MAX) this.#tenantIds.add(tenantId);
    else this.#isOverflown = true;
  }

  /** One refusal of a budget is as good as many. */
  refusal(refusal: Refusal): void {
    if (this.#refusals.size < KEPT_MAX || this.#refusals.has(refusal.budgetId)) this.#refusals.set(refusal.budgetId, refusal);
  }

  /** What there is, and forgets it. */
  take(): Notices {
    const notices = { tenantIds: this.#isOverflown ? undefined : [...this.#tenantIds], refusals: [...this.#refusals.values()] };
    this.#tenantIds.clear();
    this.#refusals.clear();
    this.#isOverflown = false;
    return notices;
  }

  /** Takes back what could not be dealt with. */
  putBack({ tenantIds, refusals }: Notices): void {
    if (tenantIds === undefined) this.#isOverflown = true;
    tenantIds?.forEach((id) => this.change(id));
    for (const refusal of refusals) if (!this.#refusals.has(refusal.budgetId)) this.refusal(refusal);
  }
}
