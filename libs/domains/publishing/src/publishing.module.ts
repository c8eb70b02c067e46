import { Module } from '@nestjs/common';
import { CatalogModule } from '@steelyard/domain-catalog/module';
import { FollowPublication } from './follow-publication.js';
import { PublishingResolver } from './graphql/publishing.resolver.js';
import { SealingResolver } from './graphql/sealing.resolver.js';
import { Possessions } from './persistence/possessions.repository.js';
import { Publications } from './persistence/publications.repository.js';
import { PublicationSignals } from './publication-signals.js';
import { PublishVersion } from './publish-version.js';
import { RecoverPublications } from './recover-publications.js';
import { SigningResolver } from './signing/graphql/signing.resolver.js';
import { SigningKeys } from './signing/signing-keys.js';
import { UploadsResolver } from './uploads/graphql/uploads.resolver.js';
import { ReceiveUpload } from './uploads/receive-upload.js';
import { SweepUploads } from './uploads/sweep-uploads.js';
import { UnpublishedFiles } from './uploads/unpublished-files.js';
import { UploadsController } from './uploads/uploads.controller.js';

@Module({
  imports: [CatalogModule],
  controllers: [UploadsController],
  providers: [
    FollowPublication,
    Possessions,
    PublicationSignals,
    Publications,
    PublishingResolver,
    PublishVersion,
    ReceiveUpload,
    RecoverPublications,
    SealingResolver,
    SigningKeys,
    SigningResolver,
    SweepUploads,
    UnpublishedFiles,
    UploadsResolver,
  ],
  exports: [FollowPublication, PublishVersion, ReceiveUpload],
})
export class PublishingModule {}
