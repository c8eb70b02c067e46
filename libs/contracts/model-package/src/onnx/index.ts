export { batchDimensionOf, itemShape } from './batch-dimension.js';
export { externalPath } from './external-path.js';
export { NotOnnxError, parseFacts } from './parse-onnx.js';
export { readOnnxFile } from './read-onnx-file.js';
export type { ModelFacts } from './read-model.js';
