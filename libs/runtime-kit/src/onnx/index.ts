export { notesOf, scanOnnxFile } from './scan-onnx-file.js';
export type { OnnxScan } from './scan-onnx-file.js';
