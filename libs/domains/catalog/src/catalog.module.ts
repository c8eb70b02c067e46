import { Module } from '@nestjs/common';
import { IdentityModule } from '@steelyard/domain-identity/module';
import { Catalog } from './catalog.js';
import { CatalogReader } from './graphql/catalog-reader.js';
import { CatalogResolver } from './graphql/catalog.resolver.js';
import { ChannelResolver } from './graphql/channel.resolver.js';

@Module({
  imports: [IdentityModule],
  providers: [Catalog, CatalogReader, CatalogResolver, ChannelResolver],
  exports: [Catalog],
})
export class CatalogModule {}
