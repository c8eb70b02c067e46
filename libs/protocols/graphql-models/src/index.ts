export { fieldNameOf, modelOfField, typePrefixOf } from './field-name.js';
export { createModelsDoor, MODELS_PATH, type ModelsDoorOptions } from './models-door.js';
export { assembleSchema } from './schema/assemble-schema.js';
export { ModelTypesStore, type Selection } from './schema/model-types-store.js';
export { printModels } from './schema/print-schema.js';
