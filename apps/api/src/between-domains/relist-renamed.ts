import { Global, Module } from '@nestjs/common';
import { Catalog } from '@steelyard/domain-catalog';
import { CatalogModule } from '@steelyard/domain-catalog/module';
import { ORGANIZATION_RENAMED, type OrganizationRenamed } from '@steelyard/domain-identity';

/** Lets the models of an organization be found by its new name. */
export function relistRenamed(catalog: Catalog): OrganizationRenamed {
  return (organizationId) => catalog.relist(organizationId);
}

/** Global, so that identity, which knows nothing of models, finds what it calls. */
@Global()
@Module({
  imports: [CatalogModule],
  providers: [{ provide: ORGANIZATION_RENAMED, useFactory: relistRenamed, inject: [Catalog] }],
  exports: [ORGANIZATION_RENAMED],
})
export class RelistRenamedModule {}
