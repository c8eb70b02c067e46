import { Inject, Injectable } from '@nestjs/common';
import { formatNano } from '@steelyard/kernel';
import { showWebhookSecret } from '@steelyard/platform-http';
import type { BudgetAlert as Alert } from '../alerts/alert.js';
import { ListAlerts } from '../alerts/list-alerts.js';
import type { Budget as KnownBudget } from '../budget.js';
import { BUDGET_SUBJECTS, type BudgetNames, type BudgetSubjects } from '../ports.js';
import type { BudgetOutcome } from '../set-budget.js';
import { AlertDelivery, AlertReason } from './alert.graphql-types.js';
import { BudgetBelowUsed, BudgetInvalid, BudgetSaved } from './budget-outcome.graphql-types.js';
import { Budget, BudgetPeriod, BudgetScope } from './budget.graphql-types.js';

const ALERTS_SHOWN = 20;

/** Budgets as the schema has them: with names, and their latest alerts. */
@Injectable()
export class BudgetView {
  constructor(
    @Inject(ListAlerts) private readonly alerts: ListAlerts,
    @Inject(BUDGET_SUBJECTS) private readonly subjects: BudgetSubjects,
  ) {}

  async of(tenantId: string, budgets: readonly KnownBudget[]): Promise<Budget[]> {
    const [alerts, names] = await Promise.all([
      this.alerts.latest(tenantId, budgets.map(({ id }) => id), ALERTS_SHOWN),
      this.subjects.namesOf(tenantId, budgets.flatMap(({ keyId }) => keyId ?? []), budgets.flatMap(({ model }) => model ?? [])),
    ]);
    return budgets.map((budget) => toBudget(budget, alerts.get(budget.id)!, names));
  }

  async ofOutcome(tenantId: string, outcome: BudgetOutcome): Promise<BudgetSaved | BudgetInvalid | BudgetBelowUsed> {
    switch (outcome.outcome) {
      case 'saved': {
        const [budget] = await this.of(tenantId, [outcome.budget]);
        return Object.assign(new BudgetSaved(), { budget, webhookSecret: outcome.webhookSecret === undefined ? null : showWebhookSecret(outcome.webhookSecret) });
      }
      case 'invalid':
        return Object.assign(new BudgetInvalid(), { problems: outcome.problems.map((problem) => ({ ...problem, field: FIELD_OF[problem.field] ?? problem.field })) });
      case 'below-used': {
        const used = formatNano(outcome.usedNano);
        const message = `The limit is below the ${used} that is used already, and would refuse every call`;
        const fix = `Set at least ${used}, or a limit that is not hard; to stop calls at once, revoke the key that makes them.`;
        return Object.assign(new BudgetBelowUsed(), { usedNano: outcome.usedNano, used, message, fix });
      }
    }
  }
}

/** Fields of drafts that the schema has by another name. */
const FIELD_OF: Readonly<Record<string, string>> = { webhookUrl: 'webhook' };

const SCOPES = { organization: BudgetScope.ORGANIZATION, key: BudgetScope.KEY, model: BudgetScope.MODEL } as const;
const PERIODS = { day: BudgetPeriod.DAY, month: BudgetPeriod.MONTH, total: BudgetPeriod.TOTAL } as const;
const REASONS = { passed: AlertReason.PASSED, refused: AlertReason.REFUSED } as const;
const DELIVERIES = { none: AlertDelivery.NONE, waiting: AlertDelivery.WAITING, delivered: AlertDelivery.DELIVERED, failed: AlertDelivery.FAILED } as const;

function toBudget(budget: KnownBudget, alerts: readonly Alert[], names: BudgetNames): Budget {
  const { limitNano, usedNano, heldNano, keyId, model, webhookUrl, alertPercents } = budget;
  const leftNano = limitNano - usedNano - heldNano;
  return {
    ...budget,
    scope: SCOPES[budget.scope],
    period: PERIODS[budget.period],
    key: keyId === null ? null : { id: keyId, name: names.keys.get(keyId) ?? null },
    model: model && { id: model.id, ref: names.models.get(model.id) ?? null },
    leftNano,
    limit: formatNano(limitNano),
    used: formatNano(usedNano),
    held: formatNano(heldNano),
    left: formatNano(leftNano),
    alertPercents: [...alertPercents],
    alerts: alerts.map((alert) => ({ ...alert, reason: REASONS[alert.reason], delivery: DELIVERIES[alert.delivery] })),
    webhook: webhookUrl,
  };
}
