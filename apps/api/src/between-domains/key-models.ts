import { Global, Module } from '@nestjs/common';
import { ModelNames } from '@steelyard/domain-catalog';
import { CatalogModule } from '@steelyard/domain-catalog/module';
import { KEY_MODELS, type KeyModels } from '@steelyard/domain-identity';

/** Models as keys name them. */
export function keyModels(models: ModelNames): KeyModels {
  return {
    idOf: (tenantId, ref) => models.idOf(tenantId, ref),
    namesOf: (tenantId, ids) => models.ofIds(tenantId, ids),
  };
}

/** Global, so that identity, which knows nothing of models, finds what it asks. */
@Global()
@Module({
  imports: [CatalogModule],
  providers: [{ provide: KEY_MODELS, useFactory: keyModels, inject: [ModelNames] }],
  exports: [KEY_MODELS],
})
export class KeyModelsModule {}
