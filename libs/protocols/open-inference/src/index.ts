export type { OpenInferenceOptions } from './desk.js';
export { createOpenInferenceDoor } from './open-inference-door.js';
