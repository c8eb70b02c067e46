export { type Dataset, filesOfInput, type LabelledLine, type LineProblem, readDataset, withFiles } from './dataset.js';
export { ANSWER_UNFIT, bestOf, type Figure, figureOf, type ModelReport } from './model-report.js';
export { type Candidate, costOf, problemsOf } from './prepare-evaluation.js';
export type { CallAnswer } from './line-outcome.js';
export { type Evaluation, type EvaluationPlan, runEvaluation } from './run-evaluation.js';
export { type Comparable, type Measure, type MeasureName, type MeasureValues, type Scorer, scorerOf } from './scorer.js';
