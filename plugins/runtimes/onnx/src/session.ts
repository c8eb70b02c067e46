/** For runtimes that put ONNX models together to one: a session of a scanned file, without the rules of a package of one model. */
export { loadOnnxLibrary } from './onnx-library.js';
export type { OnnxModel } from './onnx-model.js';
export { openOnnxFile } from './open-file.js';
