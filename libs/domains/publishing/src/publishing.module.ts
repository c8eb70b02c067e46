import { Module } from '@nestjs/common';
import { CatalogModule } from '@steelyard/domain-catalog/module';
import { FollowPublication } from './follow-publication.js';
import { PublishingResolver } from './graphql/publishing.resolver.js';
import { SealingResolver } from './graphql/sealing.resolver.js';
import { Possessions } from './persistence/possessions.repository.js';
import { Publications } from './persistence/publications.repository.js';
import { PublicationSignals } from './publication-signals.js';
import { PublishVersion } from './publish-version.js';
import { ReceiveUpload } from './receive-upload.js';
import { RecoverPublications } from './recover-publications.js';
import { SigningResolver } from './signing/graphql/signing.resolver.js';
import { SigningKeys } from './signing/signing-keys.js';
import { UploadsController } from './uploads.controller.js';

@Module({
  imports: [CatalogModule],
  controllers: [UploadsController],
  providers: [FollowPublication, Possessions, PublicationSignals, Publications, PublishingResolver, PublishVersion, ReceiveUpload, RecoverPublications, SealingResolver, SigningKeys, SigningResolver],
  exports: [FollowPublication, PublishVersion, ReceiveUpload],
})
export class PublishingModule {}
