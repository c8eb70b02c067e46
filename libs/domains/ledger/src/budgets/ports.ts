/** What budgets ask of the domains above the ledger, which knows neither keys nor models. */
export interface BudgetSubjects {
  /** Whether the organization has, or had, an API key of this id. */
  hasKey(tenantId: string, keyId: string): Promise<boolean>;
  /** A model by owner/name, if the organization may see it. */
  findModel(tenantId: string, ref: string): Promise<BudgetModelId | undefined>;
  /** Names of keys by their ids, and owner/name of models by theirs; without those that cannot be seen any more. */
  namesOf(tenantId: string, keyIds: readonly string[], models: readonly BudgetModelId[]): Promise<BudgetNames>;
}

export interface BudgetModelId {
  readonly id: string;
  readonly ownerId: string;
}

export interface BudgetNames {
  readonly keys: ReadonlyMap<string, string>;
  readonly models: ReadonlyMap<string, string>;
}

/** Injects the {@link BudgetSubjects}. */
export const BUDGET_SUBJECTS = Symbol('steelyard:budget-subjects');

/** Secrets that alerts are signed with: made once, known again by a label, stored nowhere. */
export interface WebhookSecrets {
  make(): { readonly secret: string; readonly label: string };
  /** `undefined` where this server cannot know it any more. */
  again(label: string): string | undefined;
}

/** Injects the {@link WebhookSecrets}. */
export const WEBHOOK_SECRETS = Symbol('steelyard:webhook-secrets');
