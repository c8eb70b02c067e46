import { realpath } from 'node:fs/promises';
import { AppError } from '@steelyard/kernel';
import { reasonOf, runtimeErrors } from '@steelyard/runtime-kit';
import type { LoadedModel, OpenContext } from '@steelyard/runtime-kit';
import type { PretrainedModelOptions } from '@huggingface/transformers';
import { openGeneration } from './generation/open-generation.js';
import { inspectPackage } from './inspect-package.js';
import type { AutoClass, Loading, TransformersOptions } from './loading.js';
import { CONFIG_FILE, GENERATION_CONFIG_FILE, readPackageJson } from './package-files.js';
import type { Dtype, Json } from './package-files.js';
import { classificationAnswerer, embeddingAnswerer } from './tasks.js';
import type { Answerer } from './tasks.js';
import { TextModel } from './text-model.js';
import { TextTokenizer } from './text-tokenizer.js';
import { TokenModel } from './tokens/token-model.js';
import { WordPieceTokenizer } from './tokens/word-pieces.js';
import { loadTransformersLibrary } from './transformers-library.js';
import type { TransformersLibrary } from './transformers-library.js';

const tasks: Readonly<Record<string, (loading: Loading) => Promise<LoadedModel>>> = {
  'text-classification': (loading) =>
    openEncoder(loading, {
      classOf: (library) => library.AutoModelForSequenceClassification,
      answerer: classificationAnswerer(loading.config),
    }),
  'text-embedding': (loading) => {
    const { pooling = 'mean', normalize = true } = loading.options;
    return openEncoder(loading, { classOf: (library) => library.AutoModel, answerer: embeddingAnswerer({ pooling, normalize }) });
  },
  'token-classification': openTagger,
  'text-generation': openGeneration,
};

const TOKENS_PER_RUN = 4096;
const SEVERITY_FATAL = 4;

/** Loads the package's model for the CPU. It is scanned again: what loads it must not trust that somebody else did. */
export async function openModel({ dir, manifest, device, threads, options }: OpenContext<TransformersOptions>): Promise<LoadedModel> {
  if (device !== 'cpu') throw runtimeErrors.DEVICE_UNAVAILABLE({ runtime: 'transformers', device, available: ['cpu'] });
  const open = Object.hasOwn(tasks, manifest.task) ? tasks[manifest.task] : undefined;
  const failed = (reason: string, cause?: unknown): AppError => runtimeErrors.LOAD_FAILED({ model: `${manifest.name}@${manifest.version}`, reason }, cause);
  if (!open) throw failed(`this runtime has no task "${manifest.task}"; it has ${Object.keys(tasks).join(', ')}`);
  await inspectPackage({ dir, manifest });
  const config = await readPackageJson(dir, CONFIG_FILE);
  const library = await loadTransformersLibrary();
  const folder = await realpath(dir);
  library.env.localModelPath = folder;
  try {
    // An absolute folder is no model id to the library, so that it looks nowhere else.
    const tokenizer = await library.AutoTokenizer.from_pretrained(folder, { local_files_only: true });
    const tokensPerRun = options.tokensPerRun ?? TOKENS_PER_RUN;
    return await open({
      library,
      folder,
      config,
      hasGenerationConfig: manifest.artifacts.some((artifact) => artifact.path === GENERATION_CONFIG_FILE),
      options,
      tokenizer,
      tokensMax: Math.min(positionsOf(config), lengthOf(tokenizer.model_max_length), tokensPerRun),
      tokensPerRun,
      load: (autoClass) => autoClass.from_pretrained(folder, modelOptions(config, options.dtype ?? 'fp32', threads)),
    });
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw failed(reasonOf(error).replaceAll(`${folder}/`, ''), error);
  }
}

interface EncoderTask {
  readonly classOf: (library: TransformersLibrary) => AutoClass;
  readonly answerer: Answerer;
}

async function openEncoder({ library, tokenizer, tokensMax, tokensPerRun, options, load }: Loading, { classOf, answerer }: EncoderTask): Promise<LoadedModel> {
  const texts = new TextTokenizer({ tokenizer, tokensMax, truncate: options.truncate ?? false });
  const model = await load(classOf(library));
  return new TextModel({ library, model, tokenizer: texts, answerer, tokensPerRun });
}

async function openTagger({ library, folder, tokenizer, config, tokensMax, tokensPerRun, load }: Loading): Promise<LoadedModel> {
  const pieces = new WordPieceTokenizer(tokenizer, await readPackageJson(folder, 'tokenizer.json'));
  const model = await load(library.AutoModelForTokenClassification);
  return new TokenModel({ library, model, tokenizer: pieces, config, tokensMax, tokensPerRun });
}

function positionsOf(config: Json): number {
  return lengthOf(config['max_position_embeddings'] ?? config['n_positions']);
}

function lengthOf(value: unknown): number {
  return typeof value === 'number' && value > 0 ? value : Infinity;
}

/**
 * Everything that the package's own configuration could decide is decided here: where it runs, which file is loaded and
 * how. Sessions are set up as those of the onnx runtime: threads do not spin while they wait, no arena, no log.
 */
function modelOptions(config: Json, dtype: Dtype, threads: number): PretrainedModelOptions {
  return {
    config: { ...config, 'transformers.js_config': {} } as unknown as NonNullable<PretrainedModelOptions['config']>,
    local_files_only: true,
    device: 'cpu',
    dtype,
    subfolder: 'onnx',
    use_external_data_format: false,
    session_options: {
      executionProviders: ['cpu'],
      executionMode: 'sequential',
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      enableCpuMemArena: false,
      graphOptimizationLevel: 'all',
      logSeverityLevel: SEVERITY_FATAL,
      extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
    },
  };
}
