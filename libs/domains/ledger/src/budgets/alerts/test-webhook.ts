import { Inject, Injectable } from '@nestjs/common';
import { isId, newId, type Caller } from '@steelyard/kernel';
import { AddressTests, type WebhookResult } from '@steelyard/platform-http';
import { ledgerErrors } from '../../errors.js';
import { ListBudgets } from '../list-budgets.js';
import { SendWebhook } from './send-webhook.js';

/** Sends a budget's address what an alert would send it, marked as a test, and waits for the answer. */
@Injectable()
export class TestWebhook {
  readonly tests = new AddressTests();

  constructor(
    @Inject(ListBudgets) private readonly budgets: ListBudgets,
    @Inject(SendWebhook) private readonly webhook: SendWebhook,
  ) {}

  /** @throws AppError `LEDGER.BUDGET_NOT_FOUND`, `LEDGER.WEBHOOK_MISSING`, `LEDGER.UNAVAILABLE`, `HTTP.ADDRESS_TESTS_LIMITED` */
  async run({ organizationId: tenantId }: Caller, id: string): Promise<WebhookResult> {
    const budget = isId(id) ? await this.budgets.find(tenantId, id) : undefined;
    if (!budget || budget.endedAt) throw ledgerErrors.BUDGET_NOT_FOUND({ id });
    if (budget.webhookUrl === null) throw ledgerErrors.WEBHOOK_MISSING({ id });
    const { limitNano, usedNano, startsAt, resetsAt, webhookUrl, webhookLabel, model } = budget;
    const sample = { id: newId(), percent: budget.alertPercents.at(-1) ?? 100, reason: 'passed', raisedAt: new Date(), attempts: 1 } as const;
    const { name, scope, keyId, period, hard, currency } = budget;
    const named = { id, name, scope, keyId, modelId: model?.id ?? null, period, hard, currency };
    const alert = { ...sample, tenantId, budget: named, limitNano, usedNano, startsAt, resetsAt, webhookUrl, webhookLabel };
    return this.tests.run(tenantId, () => this.webhook.send('budget.test', alert));
  }
}
