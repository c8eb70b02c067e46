import { realpath } from 'node:fs/promises';
import { AppError } from '@steelyard/kernel';
import { reasonOf, runtimeErrors } from '@steelyard/runtime-kit';
import type { LoadedModel, OpenContext } from '@steelyard/runtime-kit';
import type { PretrainedModelOptions } from '@huggingface/transformers';
import { inspectPackage } from './inspect-package.js';
import { CONFIG_FILE, readPackageJson } from './package-files.js';
import type { Dtype } from './package-files.js';
import { classificationAnswerer, embeddingAnswerer } from './tasks.js';
import type { Answerer } from './tasks.js';
import { TextModel } from './text-model.js';
import { TextTokenizer } from './text-tokenizer.js';
import { loadTransformersLibrary } from './transformers-library.js';
import type { TransformersLibrary } from './transformers-library.js';

export interface TransformersOptions {
  /** Which variant of the model file; default `fp32`. */
  readonly dtype?: Dtype;
  /** Cut texts that are too long instead of refusing them. */
  readonly truncate?: boolean;
  /** Tokens, padding included, that go through the model at once; default 4,096. */
  readonly tokensPerRun?: number;
  /** For embeddings of a model that does not pool by itself; default `mean`. */
  readonly pooling?: 'mean' | 'cls';
  /** Whether embeddings have the length 1; default true. */
  readonly normalize?: boolean;
}

type AutoClass = Pick<TransformersLibrary['AutoModel'], 'from_pretrained'>;
type Config = Readonly<Record<string, unknown>>;

interface Task {
  readonly classOf: (library: TransformersLibrary) => AutoClass;
  readonly answererOf: (config: Config, options: TransformersOptions) => Answerer;
}

const tasks: Readonly<Record<string, Task>> = {
  'text-classification': {
    classOf: (library) => library.AutoModelForSequenceClassification,
    answererOf: (config) => classificationAnswerer(config),
  },
  'text-embedding': {
    classOf: (library) => library.AutoModel,
    answererOf: (_, { pooling = 'mean', normalize = true }) => embeddingAnswerer({ pooling, normalize }),
  },
};

const TOKENS_PER_RUN = 4096;
const SEVERITY_FATAL = 4;

/** Loads the package's model for the CPU. It is scanned again: what loads it must not trust that somebody else did. */
export async function openModel({ dir, manifest, device, threads, options }: OpenContext<TransformersOptions>): Promise<LoadedModel> {
  if (device !== 'cpu') throw runtimeErrors.DEVICE_UNAVAILABLE({ runtime: 'transformers', device, available: ['cpu'] });
  const task = Object.hasOwn(tasks, manifest.task) ? tasks[manifest.task] : undefined;
  const failed = (reason: string, cause?: unknown): AppError => runtimeErrors.LOAD_FAILED({ model: `${manifest.name}@${manifest.version}`, reason }, cause);
  if (!task) throw failed(`this runtime has no task "${manifest.task}"; it has ${Object.keys(tasks).join(', ')}`);
  await inspectPackage({ dir, manifest });
  const config = await readPackageJson(dir, CONFIG_FILE);
  const library = await loadTransformersLibrary();
  const folder = await realpath(dir);
  library.env.localModelPath = folder;
  const answerer = task.answererOf(config, options);
  try {
    // An absolute folder is no model id to the library, so that it looks nowhere else.
    const tokenizer = await library.AutoTokenizer.from_pretrained(folder, { local_files_only: true });
    const tokensPerRun = options.tokensPerRun ?? TOKENS_PER_RUN;
    const tokensMax = Math.min(positionsOf(config), lengthOf(tokenizer.model_max_length), tokensPerRun);
    const texts = new TextTokenizer({ tokenizer, tokensMax, truncate: options.truncate ?? false });
    const model = await task.classOf(library).from_pretrained(folder, modelOptions(config, options.dtype ?? 'fp32', threads));
    return new TextModel({ library, model, tokenizer: texts, answerer, tokensPerRun });
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw failed(reasonOf(error).replaceAll(`${folder}/`, ''), error);
  }
}

function positionsOf(config: Config): number {
  return lengthOf(config['max_position_embeddings'] ?? config['n_positions']);
}

function lengthOf(value: unknown): number {
  return typeof value === 'number' && value > 0 ? value : Infinity;
}

/**
 * Everything that the package's own configuration could decide is decided here: where it runs, which file is loaded and
 * how. Sessions are set up as those of the onnx runtime: threads do not spin while they wait, no arena, no log.
 */
function modelOptions(config: Config, dtype: Dtype, threads: number): PretrainedModelOptions {
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
