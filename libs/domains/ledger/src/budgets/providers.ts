import { CONFIG, type Config } from '@steelyard/platform-config';
import { WEBHOOK_POLICY, webhookPolicy } from '@steelyard/platform-http';
import { BudgetAlerts } from './alerts/budget-alerts.job.js';
import { DeliverAlerts } from './alerts/deliver-alerts.js';
import { ListAlerts } from './alerts/list-alerts.js';
import { SendWebhook } from './alerts/send-webhook.js';
import { TestWebhook } from './alerts/test-webhook.js';
import { EndBudget } from './end-budget.js';
import { AlertOperatorResolver } from './graphql/alert-operator.resolver.js';
import { BudgetView } from './graphql/budget-view.js';
import { BudgetResolver } from './graphql/budget.resolver.js';
import { ListBudgets } from './list-budgets.js';
import { SetBudget } from './set-budget.js';

/** Needs CONFIG, LOGGER, `BUDGET_SUBJECTS` and `WEBHOOK_SECRETS` from global modules. */
export const budgetProviders = [
  { provide: WEBHOOK_POLICY, useFactory: (config: Config) => webhookPolicy(config), inject: [CONFIG] },
  AlertOperatorResolver,
  BudgetAlerts,
  BudgetResolver,
  BudgetView,
  DeliverAlerts,
  EndBudget,
  ListAlerts,
  ListBudgets,
  SendWebhook,
  SetBudget,
  TestWebhook,
];
