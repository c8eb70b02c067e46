import type { BudgetPeriod, BudgetScope } from '../budget.js';

export const ALERT_REASONS = ['passed', 'refused'] as const;
/** `passed`: the window has used that much. `refused`: a hard limit had not enough left for a call. */
export type AlertReason = (typeof ALERT_REASONS)[number];

export const ALERT_DELIVERIES = ['none', 'waiting', 'delivered', 'failed'] as const;
/** What became of telling the budget's address; `none` where it had none when the alert was raised. */
export type AlertDelivery = (typeof ALERT_DELIVERIES)[number];

/** A threshold that was passed in one window of a budget. */
export interface BudgetAlert {
  readonly id: string;
  readonly budgetId: string;
  readonly startsAt: Date;
  readonly percent: number;
  readonly limitNano: bigint;
  readonly usedNano: bigint;
  readonly reason: AlertReason;
  readonly raisedAt: Date;
  readonly delivery: AlertDelivery;
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly deliveredAt: Date | null;
  /** Why the last attempt failed. */
  readonly problem: string | null;
}

/** An alert whose budget's address never took it, and whose it is. */
export interface UndeliveredAlert extends BudgetAlert {
  readonly budgetName: string;
  /** Handle. */
  readonly organization: string;
}

/** An alert that is to be sent, with the budget that it is of. */
export interface DueAlert extends Pick<BudgetAlert, 'id' | 'percent' | 'reason' | 'limitNano' | 'usedNano' | 'startsAt' | 'raisedAt' | 'attempts'> {
  readonly tenantId: string;
  readonly resetsAt: Date | null;
  readonly budget: {
    readonly id: string;
    readonly name: string;
    readonly scope: BudgetScope;
    readonly keyId: string | null;
    readonly modelId: string | null;
    readonly period: BudgetPeriod;
    readonly hard: boolean;
    readonly currency: string;
  };
  readonly webhookUrl: string | null;
  readonly webhookLabel: string | null;
}
