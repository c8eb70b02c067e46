import { Global, Module } from '@nestjs/common';
import { ModelNames } from '@steelyard/domain-catalog';
import { CatalogModule } from '@steelyard/domain-catalog/module';
import { ActorNames, DerivedSecrets, OrganizationHandles } from '@steelyard/domain-identity';
import { IdentityModule } from '@steelyard/domain-identity/module';
import { BUDGET_SUBJECTS, WEBHOOK_SECRETS, type BudgetSubjects, type WebhookSecrets } from '@steelyard/domain-ledger';
import { parseModelRef, personIdOf } from '@steelyard/kernel';

/** Keys and models as budgets name them. */
export function budgetSubjects(actors: ActorNames, models: ModelNames, handles: OrganizationHandles): BudgetSubjects {
  return {
    hasKey: async (tenantId, keyId) => personIdOf(keyId) === undefined && (await actors.keyNames(tenantId, [keyId])).has(keyId),
    findModel: async (tenantId, ref) => {
      const id = await models.idOf(tenantId, ref);
      return id === undefined ? undefined : { id, ownerId: (await handles.idOf(parseModelRef(ref)!.owner))! };
    },
    namesOf: async (tenantId, keyIds, ids) => {
      const [keyNames, modelNames] = await Promise.all([actors.keyNames(tenantId, keyIds), models.models(tenantId, ids)]);
      return { keys: keyNames, models: modelNames };
    },
  };
}

/** Secrets of budgets' webhooks. */
export function webhookSecrets(secrets: DerivedSecrets): WebhookSecrets {
  const purpose = 'steelyard budget webhook';
  return { make: () => secrets.make(purpose), again: (label) => secrets.again(purpose, label) };
}

/** Global, so that the ledger, which knows neither keys nor models, finds what it asks. */
@Global()
@Module({
  imports: [IdentityModule, CatalogModule],
  providers: [
    { provide: BUDGET_SUBJECTS, useFactory: budgetSubjects, inject: [ActorNames, ModelNames, OrganizationHandles] },
    { provide: WEBHOOK_SECRETS, useFactory: webhookSecrets, inject: [DerivedSecrets] },
  ],
  exports: [BUDGET_SUBJECTS, WEBHOOK_SECRETS],
})
export class BudgetPortsModule {}
