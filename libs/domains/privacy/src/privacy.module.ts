import { Module } from '@nestjs/common';
import { CatalogModule } from '@steelyard/domain-catalog/module';
import { IdentityModule } from '@steelyard/domain-identity/module';
import { EraseOrganization } from './erasure/erase-organization.js';
import { ErasureJob } from './erasure/erasure.job.js';
import { ErasureResolver } from './erasure/graphql/erasure.resolver.js';
import { RequestErasure } from './erasure/request-erasure.js';
import { ExportOrganization } from './holdings/export-organization.js';
import { ExportController } from './holdings/export.controller.js';
import { DeleteDue } from './kept/delete-due.job.js';
import { KeptCallResolver } from './kept/graphql/kept-call.resolver.js';
import { KeepCalls } from './kept/keep-calls.js';
import { ReadKeptCall } from './kept/read-kept-call.js';
import { PolicyResolver } from './policies/graphql/policy.resolver.js';
import { KnownPolicies } from './policies/known-policies.js';
import { ListPolicies } from './policies/list-policies.js';
import { SetPolicy } from './policies/set-policy.js';

/** Needs DATABASE, BLOB_STORE, VERSION_FOLDERS, CONFIG and LOGGER from global modules. */
@Module({
  imports: [IdentityModule, CatalogModule],
  controllers: [ExportController],
  providers: [
    DeleteDue,
    EraseOrganization,
    ErasureJob,
    ErasureResolver,
    ExportOrganization,
    KeepCalls,
    KeptCallResolver,
    KnownPolicies,
    ListPolicies,
    PolicyResolver,
    ReadKeptCall,
    RequestErasure,
    SetPolicy,
  ],
  exports: [KnownPolicies, KeepCalls],
})
export class PrivacyModule {}
