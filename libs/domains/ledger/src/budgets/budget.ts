export const BUDGET_SCOPES = ['organization', 'key', 'model'] as const;
/** Whose calls count: all of the organization, those of one key, or those of one model. */
export type BudgetScope = (typeof BUDGET_SCOPES)[number];

export const BUDGET_PERIODS = ['day', 'month', 'total'] as const;
/** How long a window is, in UTC. The one of `total` never ends. */
export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];

/** A limit that an organization sets itself, with what the window that runs has of it. */
export interface Budget {
  readonly id: string;
  readonly name: string;
  readonly scope: BudgetScope;
  /** Set for scope `key`. */
  readonly keyId: string | null;
  /** Set for scope `model`. */
  readonly model: { readonly id: string; readonly ownerId: string } | null;
  readonly period: BudgetPeriod;
  readonly currency: string;
  readonly limitNano: bigint;
  /** Refuses what would pass it; one that is not hard only tells. */
  readonly hard: boolean;
  readonly alertPercents: readonly number[];
  readonly webhookUrl: string | null;
  /** See `WebhookSecrets`. */
  readonly webhookLabel: string | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  /** What is charged in the window, and what is held for calls under way. */
  readonly usedNano: bigint;
  readonly heldNano: bigint;
  readonly startsAt: Date;
  /** When the window ends and the next begins; `null` for one that never ends. */
  readonly resetsAt: Date | null;
}
