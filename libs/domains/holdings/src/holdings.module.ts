import { Module } from '@nestjs/common';
import { PrivacyModule } from '@steelyard/domain-privacy/module';
import { EraseOrganization } from './erasure/erase-organization.js';
import { ErasureJob } from './erasure/erasure.job.js';
import { ErasureResolver } from './erasure/graphql/erasure.resolver.js';
import { RequestErasure } from './erasure/request-erasure.js';
import { ExportOrganization } from './export/export-organization.js';
import { ExportController } from './export/export.controller.js';

/** Needs DATABASE, BLOB_STORE, VERSION_FOLDERS, CONFIG and LOGGER from global modules. */
@Module({
  imports: [PrivacyModule],
  controllers: [ExportController],
  providers: [EraseOrganization, ErasureJob, ErasureResolver, ExportOrganization, RequestErasure],
})
export class HoldingsModule {}
