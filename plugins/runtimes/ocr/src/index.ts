import { defineRuntime } from '@steelyard/runtime-kit';
import { loadOnnxLibrary } from '@steelyard/runtime-onnx/session';
import { inspectPackage } from './inspect-package.js';
import { openModel } from './open-model.js';
import { optionsSchema } from './options.js';
import type { OcrOptions } from './options.js';

/** Text in pictures: a detector and a recognizer by ONNX Runtime, on the CPU, with what lies between them. */
export default defineRuntime<OcrOptions>({
  name: 'ocr',
  version: '0.1.0',
  libraries: ['onnxruntime-node'],
  formats: ['ocr'],
  capabilities: { batching: true, devices: ['cpu'] },
  optionsSchema,
  probe: async () => {
    await loadOnnxLibrary();
    return ['cpu'];
  },
  inspect: inspectPackage,
  open: openModel,
});
