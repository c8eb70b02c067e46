export { AdmitCall } from './admit-call.js';
export { Answer } from './answer.js';
export { wasCharged } from './cut-short.js';
export { inferenceErrors } from './errors.js';
export { FindPrediction, type PredictionSummary } from './find-prediction.js';
export { InputInvalid, PaymentRequired } from './graphql/inference.graphql-types.js';
export { toRefusal } from './graphql/predict-outcome.js';
export type { PredictCommand, PredictEvent, PredictOptions, PredictResult, PredictTimings } from './predict-command.js';
export { RunPrediction } from './run-prediction.js';
