import { defineRuntime, SPI_VERSION } from '@steelyard/runtime-kit';
import { inspectPackage } from './inspect-package.js';
import { loadLlamaLibrary, startLlama } from './llama-library.js';
import type { LlamaCppOptions } from './open-model.js';
import { openModel } from './open-model.js';

/** Language models in GGUF by llama.cpp, on the CPU. */
export default defineRuntime<LlamaCppOptions>({
  name: 'llama-cpp',
  version: '0.1.0',
  spi: SPI_VERSION,
  libraries: ['node-llama-cpp'],
  formats: ['gguf'],
  capabilities: { batching: false, continuous: true, streaming: true, devices: ['cpu'] },
  optionsSchema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      contextTokens: {
        type: 'integer',
        minimum: 16,
        maximum: 1_048_576,
        description: 'Tokens that a request and its answer may have together; memory is taken for this many times batching.maxSize. Default: what the model was trained on, 2048 at most.',
      },
      chatTemplate: { type: 'string', minLength: 1, maxLength: 65_536, description: "A Jinja template in place of the one in the model's file." },
    },
  },
  async probe() {
    await startLlama(await loadLlamaLibrary());
    return ['cpu'];
  },
  inspect: inspectPackage,
  open: openModel,
});
