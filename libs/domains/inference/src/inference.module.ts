import { Module } from '@nestjs/common';
import { CatalogModule } from '@steelyard/domain-catalog/module';
import { IdentityModule } from '@steelyard/domain-identity/module';
import { LedgerModule } from '@steelyard/domain-ledger/module';
import { MeteringModule } from '@steelyard/domain-metering/module';
import { PrivacyModule } from '@steelyard/domain-privacy/module';
import { AdmitCall } from './admit-call.js';
import { EstimateCall } from './charging/estimate-call.js';
import { FindPrediction } from './find-prediction.js';
import { EngineResolver } from './graphql/engine.resolver.js';
import { EstimateResolver } from './graphql/estimate.resolver.js';
import { PredictResolver } from './graphql/predict.resolver.js';
import { PredictionEventsResolver } from './graphql/prediction-events.resolver.js';
import { Builds } from './receipts/builds.js';
import { Charges } from './receipts/charges.js';
import { ReceiptResolver } from './receipts/graphql/receipt.resolver.js';
import { IssueReceipt } from './receipts/issue-receipt.js';
import { ReceiptKeys } from './receipts/receipt-keys.js';
import { RunPrediction } from './run-prediction.js';
import { SettleCall } from './settle-call.js';

@Module({
  imports: [IdentityModule, CatalogModule, PrivacyModule, LedgerModule, MeteringModule],
  providers: [
    AdmitCall,
    SettleCall,
    RunPrediction,
    FindPrediction,
    EstimateCall,
    Builds,
    Charges,
    ReceiptKeys,
    IssueReceipt,
    PredictResolver,
    PredictionEventsResolver,
    EstimateResolver,
    EngineResolver,
    ReceiptResolver,
  ],
  exports: [RunPrediction, FindPrediction, EstimateCall, IssueReceipt, ReceiptKeys],
})
export class InferenceModule {}
