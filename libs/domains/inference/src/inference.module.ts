import { Module } from '@nestjs/common';
import { CatalogModule } from '@steelyard/domain-catalog/module';
import { IdentityModule } from '@steelyard/domain-identity/module';
import { LedgerModule } from '@steelyard/domain-ledger/module';
import { MeteringModule } from '@steelyard/domain-metering/module';
import { FindPrediction } from './find-prediction.js';
import { EngineResolver } from './graphql/engine.resolver.js';
import { PredictResolver } from './graphql/predict.resolver.js';
import { RunPrediction } from './run-prediction.js';

@Module({
  imports: [IdentityModule, CatalogModule, LedgerModule, MeteringModule],
  providers: [RunPrediction, FindPrediction, PredictResolver, EngineResolver],
  exports: [RunPrediction, FindPrediction],
})
export class InferenceModule {}
