export { inferenceErrors } from './errors.js';
export { FindPrediction, type PredictionSummary } from './find-prediction.js';
export type { PredictCommand, PredictOptions, PredictResult, PredictTimings } from './predict-command.js';
export { RunPrediction } from './run-prediction.js';
