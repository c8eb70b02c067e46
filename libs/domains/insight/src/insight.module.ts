import { Module } from '@nestjs/common';
import { CatalogModule } from '@steelyard/domain-catalog/module';
import { IdentityModule } from '@steelyard/domain-identity/module';
import { MeteringModule } from '@steelyard/domain-metering/module';
import { CanaryGuard } from './canary/canary-guard.job.js';
import { CanaryComparisonResolver } from './canary/canary.resolver.js';
import { CompareCanary } from './canary/compare-canary.js';
import { LiveFigures } from './figures/live-figures.job.js';
import { SimulatePrice } from './simulation/simulate-price.js';
import { SimulationResolver } from './simulation/simulation.resolver.js';
import { ExportUsage } from './usage/export-usage.js';
import { UsageExportController } from './usage/usage-export.controller.js';
import { UsageNames } from './usage/usage-names.js';
import { UsageResolver } from './usage/usage.resolver.js';
import { UsageSeriesResolver } from './usage/usage-series.resolver.js';

@Module({
  imports: [IdentityModule, CatalogModule, MeteringModule],
  controllers: [UsageExportController],
  providers: [CanaryComparisonResolver, CanaryGuard, CompareCanary, ExportUsage, LiveFigures, SimulatePrice, SimulationResolver, UsageNames, UsageResolver, UsageSeriesResolver],
})
export class InsightModule {}
