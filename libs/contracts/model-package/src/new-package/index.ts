export { BytesSource, type ByteSource } from '../onnx/byte-source.js';
export { NotOnnxError } from '../onnx/parse-onnx.js';
export { manifestText, type ManifestFacts, nameOf } from './manifest-text.js';
export { type NewPackage, packageOfOnnx, type OnnxModel, UnfitModelError } from './package-of-onnx.js';
