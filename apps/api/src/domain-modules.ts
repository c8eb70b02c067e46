import { AuditModule } from '@steelyard/domain-audit/module';
import { BillingModule } from '@steelyard/domain-billing/module';
import { CatalogModule } from '@steelyard/domain-catalog/module';
import { HoldingsModule } from '@steelyard/domain-holdings/module';
import { IdentityModule } from '@steelyard/domain-identity/module';
import { InferenceModule } from '@steelyard/domain-inference/module';
import { InsightModule } from '@steelyard/domain-insight/module';
import { LedgerModule } from '@steelyard/domain-ledger/module';
import { MeteringModule } from '@steelyard/domain-metering/module';
import { PaymentsModule } from '@steelyard/domain-payments/module';
import { PrivacyModule } from '@steelyard/domain-privacy/module';
import { PublishingModule } from '@steelyard/domain-publishing/module';
import { WebhooksModule } from '@steelyard/domain-webhooks/module';

/** The product, domain by domain. */
export const domainModules = [
  IdentityModule, AuditModule, CatalogModule, PublishingModule, LedgerModule, MeteringModule, PaymentsModule, InsightModule, BillingModule, PrivacyModule, HoldingsModule, InferenceModule,
  WebhooksModule,
];
