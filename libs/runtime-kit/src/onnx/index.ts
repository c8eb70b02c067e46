export type { ModelFacts } from './read-model.js';
export { notesOf, scanOnnxFile } from './scan-onnx-file.js';
export type { OnnxScan } from './scan-onnx-file.js';
