import { defineRuntime } from '@steelyard/runtime-kit';
import { inspectPackage } from './inspect-package.js';
import type { OnnxOptions } from './open-model.js';
import { openModel } from './open-model.js';
import { probeDevices, unusableDevices } from './probe-devices.js';

/** ONNX models by ONNX Runtime. */
export default defineRuntime<OnnxOptions>({
  name: 'onnx',
  version: '0.1.0',
  libraries: ['onnxruntime-node'],
  formats: ['onnx'],
  capabilities: { batching: true, devices: ['cpu', 'cuda'] },
  optionsSchema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      model: { type: 'string', description: 'The artifact to load, where the package has several .onnx files.' },
      batchDimension: {
        enum: ['auto', 'none'],
        default: 'auto',
        description: 'none: the model has no batch dimension; tensors go to it as they are.',
      },
    },
  },
  probe: probeDevices,
  unusable: unusableDevices,
  inspect: inspectPackage,
  open: openModel,
});
