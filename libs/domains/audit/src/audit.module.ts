import { Module } from '@nestjs/common';
import { IdentityModule } from '@steelyard/domain-identity/module';
import { AuditCheck } from './audit.check.js';
import { AuditController } from './audit.controller.js';
import { AuditJob } from './audit.job.js';
import { AuditResolver } from './graphql/audit.resolver.js';
import { ReadEntries } from './read-entries.js';
import { SealEntries } from './seal-entries.js';
import { VerifyChains } from './verify-chains.js';

/** Needs `DATABASE`, `INSTALLATION_CHECKS` and `LOGGER` from a global module. */
@Module({
  imports: [IdentityModule],
  controllers: [AuditController],
  providers: [AuditCheck, AuditJob, AuditResolver, ReadEntries, SealEntries, VerifyChains],
  exports: [VerifyChains],
})
export class AuditModule {}
