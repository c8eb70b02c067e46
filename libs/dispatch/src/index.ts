export * from './create-in-process-dispatch.js';
export * from './dispatch.js';
export type {
  CallState,
  EngineAnswer,
  EngineRequest,
  DeviceStatus,
  EngineStatus,
  MaterializedModel,
  ModelHandle,
  ModelStatus,
  Protection,
  RunnerStatus,
  RuntimeDevices,
  Sweep,
  Trial,
  TrialAnswer,
} from '@steelyard/engine';
