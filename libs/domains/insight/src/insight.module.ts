import { Module } from '@nestjs/common';
import { CatalogModule } from '@steelyard/domain-catalog/module';
import { IdentityModule } from '@steelyard/domain-identity/module';
import { MeteringModule } from '@steelyard/domain-metering/module';

@Module({ imports: [IdentityModule, CatalogModule, MeteringModule] })
export class InsightModule {}
