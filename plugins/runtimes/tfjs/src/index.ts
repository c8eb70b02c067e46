import { defineRuntime, SPI_VERSION } from '@steelyard/runtime-kit';
import { openModel } from './open-model.js';
import type { TfjsOptions } from './open-model.js';
import { inspectPackage } from './package/inspect-package.js';
import { probeDevices } from './probe-devices.js';

/** TensorFlow.js models: layers models and graph models. */
export default defineRuntime<TfjsOptions>({
  name: 'tfjs',
  version: '0.1.0',
  spi: SPI_VERSION,
  libraries: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-node', '@tensorflow/tfjs-backend-wasm'],
  formats: ['layers-model', 'graph-model'],
  capabilities: { batching: true, streaming: false, devices: ['cpu', 'cuda'] },
  optionsSchema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      model: { type: 'string', description: 'The artifact to load, where the package has several .json files.' },
      outputs: {
        type: 'array',
        minItems: 1,
        maxItems: 100,
        uniqueItems: true,
        items: { type: 'string', minLength: 1 },
        description: 'Which outputs of a graph model to work out; all of them unless given.',
      },
      batchDimension: {
        enum: ['auto', 'none'],
        default: 'auto',
        description: 'none: the model has no batch dimension; tensors go to it as they are.',
      },
      backend: {
        enum: ['auto', 'wasm', 'cpu'],
        default: 'auto',
        description: 'What runs the model on a CPU. auto: the fastest that is installed, and plain JavaScript where that lacks an operation. cpu: plain JavaScript.',
      },
    },
  },
  probe: probeDevices,
  inspect: inspectPackage,
  open: openModel,
});
