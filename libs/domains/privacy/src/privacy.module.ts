import { Module } from '@nestjs/common';
import { CatalogModule } from '@steelyard/domain-catalog/module';
import { IdentityModule } from '@steelyard/domain-identity/module';
import { DeleteDue } from './kept/delete-due.job.js';
import { KeptCallResolver } from './kept/graphql/kept-call.resolver.js';
import { KeepCalls } from './kept/keep-calls.js';
import { ReadKeptCall } from './kept/read-kept-call.js';
import { PolicyResolver } from './policies/graphql/policy.resolver.js';
import { KnownPolicies } from './policies/known-policies.js';
import { ListPolicies } from './policies/list-policies.js';
import { SetPolicy } from './policies/set-policy.js';

/** Needs DATABASE and LOGGER from global modules. */
@Module({
  imports: [IdentityModule, CatalogModule],
  providers: [
    DeleteDue,
    KeepCalls,
    KeptCallResolver,
    KnownPolicies,
    ListPolicies,
    PolicyResolver,
    ReadKeptCall,
    SetPolicy,
  ],
  exports: [KnownPolicies, KeepCalls, ReadKeptCall],
})
export class PrivacyModule {}
