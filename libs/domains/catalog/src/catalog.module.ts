import { Module } from '@nestjs/common';
import { IdentityModule } from '@steelyard/domain-identity/module';
import { Catalog } from './catalog.js';
import { CatalogSignals } from './catalog-signals.js';
import { FollowChannels } from './channels/follow-channels.js';
import { ShownFilesController } from './files/shown-files.controller.js';
import { CanaryResolver } from './graphql/canary.resolver.js';
import { CatalogReader } from './graphql/catalog-reader.js';
import { CatalogResolver } from './graphql/catalog.resolver.js';
import { ChannelChangesResolver } from './graphql/channel-changes.resolver.js';
import { DeprecationResolver } from './graphql/deprecation.resolver.js';
import { ChannelResolver } from './graphql/channel.resolver.js';
import { ChannelHistoryResolver, ModelResolver } from './graphql/model.resolver.js';
import { VersionResolver } from './graphql/version.resolver.js';
import { ModelNames } from './model-names.js';
import { Moderation } from './moderation/moderation.js';
import { ModerationResolver } from './moderation/moderation.resolver.js';
import { PriceResolver } from './prices/price.resolver.js';
import { SoldVersions } from './prices/sold-versions.js';
import { SharingResolver } from './sharing/sharing.resolver.js';

@Module({
  imports: [IdentityModule],
  controllers: [ShownFilesController],
  providers: [
    Catalog,
    CatalogReader,
    CatalogSignals,
    FollowChannels,
    CatalogResolver,
    ModelResolver,
    VersionResolver,
    ChannelResolver,
    ChannelHistoryResolver,
    CanaryResolver,
    ChannelChangesResolver,
    DeprecationResolver,
    PriceResolver,
    ModelNames,
    Moderation,
    ModerationResolver,
    SharingResolver,
    SoldVersions,
  ],
  exports: [Catalog, CatalogReader, ModelNames, SoldVersions],
})
export class CatalogModule {}
