import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { Caller } from '@steelyard/kernel';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { Access, CurrentCaller } from '@steelyard/platform-graphql';
import { TestWebhook } from '../alerts/test-webhook.js';
import { EndBudget } from '../end-budget.js';
import { ListBudgets } from '../list-budgets.js';
import { SetBudget } from '../set-budget.js';
import { WebhookTest } from './alert.graphql-types.js';
import { BudgetResult } from './budget-outcome.graphql-types.js';
import { BudgetView } from './budget-view.js';
import { Budget } from './budget.graphql-types.js';
import { ChangeBudgetInput, CreateBudgetInput } from './budget.inputs.graphql-types.js';

@Resolver(() => Budget)
export class BudgetResolver {
  constructor(
    @Inject(ListBudgets) private readonly budgetsCase: ListBudgets,
    @Inject(SetBudget) private readonly setBudget: SetBudget,
    @Inject(EndBudget) private readonly endBudgetCase: EndBudget,
    @Inject(TestWebhook) private readonly testWebhook: TestWebhook,
    @Inject(BudgetView) private readonly view: BudgetView,
    @Inject(CONFIG) private readonly config: Pick<Config, 'paymentCurrency'>,
  ) {}

  @Access('balance:read')
  @Query(() => [Budget], { description: "The budgets of the caller's organization, oldest first." })
  async budgets(
    @CurrentCaller() { organizationId }: Caller,
    @Args('ended', { type: () => Boolean, defaultValue: false, description: 'Those that have ended too.' }) ended: boolean,
  ): Promise<Budget[]> {
    return this.view.of(organizationId, await this.budgetsCase.list(organizationId, { ended }));
  }

  @Access('budgets:manage')
  @Mutation(() => BudgetResult, { description: 'Opens a budget. What was used of the window that runs counts from its first moment on.' })
  async createBudget(@CurrentCaller() caller: Caller, @Args('input', { type: () => CreateBudgetInput }) input: CreateBudgetInput): Promise<typeof BudgetResult> {
    const { keyId, model, webhook, currency, ...terms } = input;
    const draft = { ...terms, currency: currency ?? this.config.paymentCurrency };
    const outcome = await this.setBudget.open(caller, { ...draft, keyId: keyId ?? undefined, model: model ?? undefined, webhookUrl: webhook ?? null });
    return this.view.ofOutcome(caller.organizationId, outcome);
  }

  @Access('budgets:manage')
  @Mutation(() => BudgetResult, { description: 'Changes a budget; counts at once, for every call that is not under way.' })
  async changeBudget(@CurrentCaller() caller: Caller, @Args('input', { type: () => ChangeBudgetInput }) input: ChangeBudgetInput): Promise<typeof BudgetResult> {
    const { id, name, limit, hard, alertPercents, webhook, newWebhookSecret } = input;
    const given = { name: name ?? undefined, limit: limit ?? undefined, hard: hard ?? undefined, alertPercents: alertPercents ?? undefined, webhookUrl: webhook };
    return this.view.ofOutcome(caller.organizationId, await this.setBudget.change(caller, { id, ...given, newWebhookSecret }));
  }

  @Access('budgets:manage')
  @Mutation(() => Budget, { description: 'Ends a budget: from then on it refuses nothing. What it has told stays.' })
  async endBudget(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<Budget> {
    const [budget] = await this.view.of(caller.organizationId, [await this.endBudgetCase.run(caller, id)]);
    return budget!;
  }

  @Access('budgets:manage')
  @Mutation(() => WebhookTest, { description: "Sends a test to a budget's address, as an alert would be, and waits for the answer for up to 10 s." })
  async testBudgetWebhook(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<WebhookTest> {
    const result = await this.testWebhook.run(caller, id);
    return { ...result, delivered: result.problem === null };
  }
}
