import { Module } from '@nestjs/common';
import { IdentityModule } from '@steelyard/domain-identity/module';
import { Catalog } from './catalog.js';
import { CatalogReader } from './graphql/catalog-reader.js';
import { CatalogResolver } from './graphql/catalog.resolver.js';
import { ChannelResolver } from './graphql/channel.resolver.js';
import { ModelNames } from './model-names.js';

@Module({
  imports: [IdentityModule],
  providers: [Catalog, CatalogReader, CatalogResolver, ChannelResolver, ModelNames],
  exports: [Catalog, ModelNames],
})
export class CatalogModule {}
