import { defineRuntime, SPI_VERSION } from '@steelyard/runtime-kit';
import { inspectPackage } from './inspect-package.js';
import type { TransformersOptions } from './loading.js';
import { openModel } from './open-model.js';
import { DTYPE_SUFFIXES } from './package-files.js';
import { loadTransformersLibrary } from './transformers-library.js';

/** Text models in the layout of Hugging Face by Transformers.js, on the CPU. */
export default defineRuntime<TransformersOptions>({
  name: 'transformers',
  version: '0.1.0',
  spi: SPI_VERSION,
  libraries: ['@huggingface/transformers'],
  formats: ['transformers'],
  capabilities: { batching: true, streaming: true, devices: ['cpu'] },
  optionsSchema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      dtype: {
        enum: Object.keys(DTYPE_SUFFIXES),
        default: 'fp32',
        description: 'Which model file is loaded: onnx/model.onnx for fp32, onnx/model_quantized.onnx for q8, onnx/model_fp16.onnx for fp16, and so on.',
      },
      truncate: { type: 'boolean', default: false, description: 'Cut a text that is too long for the model; otherwise it is refused. Not for text-generation and token-classification, which cut nothing.' },
      tokensPerRun: {
        type: 'integer',
        minimum: 8,
        maximum: 1_048_576,
        default: 4096,
        description: 'How many tokens, padding included, go through the model at once. More texts than that wait for the next run. For text-generation: how many a request and its answer have together.',
      },
      pooling: {
        enum: ['mean', 'cls'],
        default: 'mean',
        description: 'text-embedding: how the states of the tokens become one vector, where the model has no output sentence_embedding.',
      },
      normalize: { type: 'boolean', default: true, description: 'text-embedding: scale each vector to the length 1.' },
    },
  },
  probe: async () => {
    await loadTransformersLibrary();
    return ['cpu'];
  },
  inspect: inspectPackage,
  open: openModel,
});
