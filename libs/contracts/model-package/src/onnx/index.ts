export { batchDimensionOf, itemShape } from './batch-dimension.js';
export { externalPath } from './external-path.js';
export { NotOnnxError, readOnnxFile } from './read-onnx-file.js';
export type { OnnxFile } from './read-onnx-file.js';
export type { ModelInterface, ModelValue } from './read-interface.js';
export type { ModelFacts } from './read-model.js';
