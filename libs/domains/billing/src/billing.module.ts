import { Module } from '@nestjs/common';
import { CatalogModule } from '@steelyard/domain-catalog/module';
import { IdentityModule } from '@steelyard/domain-identity/module';
import { LedgerModule } from '@steelyard/domain-ledger/module';
import { billingClock } from './clock.js';
import { CorrectUsage } from './corrections/correct-usage.js';
import { FindCharge } from './corrections/find-charge.js';
import { DocumentNames } from './documents/document-names.js';
import { DocumentsController } from './documents/documents.controller.js';
import { ExportDocument } from './documents/export-document.js';
import { IssueDocument } from './documents/issue-document.js';
import { IssueDue } from './documents/issue-due.js';
import { ReadDocuments } from './documents/read-documents.js';
import { DocumentsResolver } from './graphql/documents.resolver.js';
import { BillingOperatorResolver } from './graphql/operator.resolver.js';
import { BillingJob } from './periods/billing.job.js';
import { ClosePeriod } from './periods/close-period.js';
import { ReadPeriods } from './periods/read-periods.js';
import { SetTax } from './tax/set-tax.js';

/** Needs `DATABASE`, `CONFIG` and `LOGGER` from a global module. */
@Module({
  imports: [IdentityModule, CatalogModule, LedgerModule],
  controllers: [DocumentsController],
  providers: [
    billingClock,
    BillingJob,
    BillingOperatorResolver,
    ClosePeriod,
    CorrectUsage,
    DocumentNames,
    DocumentsResolver,
    ExportDocument,
    FindCharge,
    IssueDocument,
    IssueDue,
    ReadDocuments,
    ReadPeriods,
    SetTax,
  ],
  exports: [ReadDocuments, ReadPeriods],
})
export class BillingModule {}
