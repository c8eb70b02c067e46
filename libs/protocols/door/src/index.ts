export { callerOf, enterBy, openCall, predictingCaller, type DoorOptions, type OpenCall } from './door.js';
export { listModels, type ListedModel, type ModelSource } from './list-models.js';
export { factsOf, headersOf } from './prediction-facts.js';
export { readJson, readJsonOrCbor, refuseCompressed } from './read-body.js';
export { flag, readOptions } from './read-options.js';
