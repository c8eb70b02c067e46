export * from './create-in-process-dispatch.js';
export * from './dispatch.js';
export type {
  EngineAnswer,
  EngineRequest,
  EngineStatus,
  MaterializedModel,
  ModelHandle,
  Protection,
  RunnerStatus,
  Trial,
  TrialAnswer,
} from '@steelyard/engine';
