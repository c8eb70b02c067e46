import { Module } from '@nestjs/common';
import { IdentityModule } from '@steelyard/domain-identity/module';
import { Catalog } from './catalog.js';
import { CatalogReader } from './graphql/catalog-reader.js';
import { CatalogResolver } from './graphql/catalog.resolver.js';
import { ChannelResolver } from './graphql/channel.resolver.js';
import { ChannelHistoryResolver, ModelResolver } from './graphql/model.resolver.js';
import { VersionResolver } from './graphql/version.resolver.js';

@Module({
  imports: [IdentityModule],
  providers: [Catalog, CatalogReader, CatalogResolver, ChannelResolver, ModelResolver, ChannelHistoryResolver, VersionResolver],
  exports: [Catalog],
})
export class CatalogModule {}
