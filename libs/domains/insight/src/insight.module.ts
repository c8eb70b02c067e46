import { Module } from '@nestjs/common';
import { CatalogModule } from '@steelyard/domain-catalog/module';
import { IdentityModule } from '@steelyard/domain-identity/module';
import { MeteringModule } from '@steelyard/domain-metering/module';
import { CanaryGuard } from './canary/canary-guard.job.js';
import { CanaryComparisonResolver } from './canary/canary.resolver.js';
import { CompareCanary } from './canary/compare-canary.js';
import { LiveFigures } from './figures/live-figures.job.js';

@Module({
  imports: [IdentityModule, CatalogModule, MeteringModule],
  providers: [CanaryComparisonResolver, CanaryGuard, CompareCanary, LiveFigures],
})
export class InsightModule {}
