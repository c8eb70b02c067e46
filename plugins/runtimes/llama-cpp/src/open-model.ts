import path from 'node:path';
import { AppError } from '@steelyard/kernel';
import { loadArtifactPath, reasonOf, runtimeErrors } from '@steelyard/runtime-kit';
import type { LoadedModel, OpenContext } from '@steelyard/runtime-kit';
import { BatchTogether } from './batch-together.js';
import { EmbeddingModel } from './embedding-model.js';
import { GenerationModel } from './generation-model.js';
import { inspectPackage } from './inspect-package.js';
import { loadJinja, loadLlamaLibrary, startLlama } from './llama-library.js';
import type { LlamaModel } from './llama-library.js';
import { modelPathOf } from './model-file.js';
import { PromptReader } from './prompt-reader.js';

export interface LlamaCppOptions {
  /** Tokens that one request and its answer may have together. Default: what the model was trained on, 2,048 at most. */
  readonly contextTokens?: number;
  /** Jinja, in place of the template in the file. */
  readonly chatTemplate?: string;
}

const CONTEXT_TOKENS_DEFAULT_MAX = 2048;
/** Prompts are read in pieces of this size, between which the answers of others go on. */
const PASS_TOKENS = 512;

/** Loads the package's model for the CPU. The file is scanned again: what loads it must not trust that somebody else did. */
export async function openModel({ dir, manifest, device, threads, options }: OpenContext<LlamaCppOptions>): Promise<LoadedModel> {
  if (device !== 'cpu') throw runtimeErrors.DEVICE_UNAVAILABLE({ runtime: 'llama-cpp', device, available: ['cpu'] });
  await inspectPackage({ dir, manifest });
  const modelPath = await loadArtifactPath(dir, modelPathOf(manifest));
  const [library, jinja] = await Promise.all([loadLlamaLibrary(), loadJinja()]);
  const llama = await startLlama(library);
  let model: LlamaModel | undefined;
  try {
    // The library's guesses about free memory know nothing of this process's limits; these hold by themselves.
    model = await llama.loadModel({ modelPath, gpuLayers: 0, ignoreMemorySafetyChecks: true });
    const { contextTokens = Math.min(model.trainContextSize, CONTEXT_TOKENS_DEFAULT_MAX) } = options;
    if (contextTokens > model.trainContextSize) {
      throw runtimeErrors.OPTIONS_INVALID({ runtime: 'llama-cpp', reason: `"contextTokens" is ${contextTokens}; the model was trained on ${model.trainContextSize}` });
    }
    if (manifest.task === 'text-embedding') {
      // The library wants one place more than the text has tokens, and the whole text in one pass.
      const size = contextTokens + 1;
      const context = await model.createEmbeddingContext({ contextSize: size, batchSize: size, threads, ignoreMemorySafetyChecks: true });
      return new EmbeddingModel({ model, context, contextTokens });
    }
    const prompts = new PromptReader({ library, jinja, model, chatTemplate: options.chatTemplate ?? model.fileInfo.metadata.tokenizer?.chat_template });
    const sequences = manifest.batching.maxSize;
    const together = new BatchTogether(PASS_TOKENS);
    const context = await model.createContext({
      sequences,
      contextSize: contextTokens,
      batchSize: PASS_TOKENS,
      threads,
      failedCreationRemedy: false,
      ignoreMemorySafetyChecks: true,
      batching: { itemPrioritizationStrategy: together.choose },
    });
    return new GenerationModel({ library, llama, model, context, contextTokens, sequences, together, prompts });
  } catch (error) {
    await model?.dispose();
    if (error instanceof AppError) throw error;
    const reason = reasonOf(error).replaceAll(path.dirname(modelPath) + path.sep, '');
    throw runtimeErrors.LOAD_FAILED({ model: `${manifest.name}@${manifest.version}`, reason }, error);
  }
}
