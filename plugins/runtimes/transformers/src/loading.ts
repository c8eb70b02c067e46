import type { PreTrainedModel, PreTrainedTokenizer } from '@huggingface/transformers';
import type { Dtype, Json } from './package-files.js';
import type { TransformersLibrary } from './transformers-library.js';

export interface TransformersOptions {
  /** Which variant of the model file; default `fp32`. */
  readonly dtype?: Dtype;
  /** Cut texts that are too long instead of refusing them. */
  readonly truncate?: boolean;
  /** Tokens, padding included, that go through the model at once, or that a request and its answer have together; default 4,096. */
  readonly tokensPerRun?: number;
  /** For embeddings of a model that does not pool by itself; default `mean`. */
  readonly pooling?: 'mean' | 'cls';
  /** Whether embeddings have the length 1; default true. */
  readonly normalize?: boolean;
}

export type AutoClass = Pick<TransformersLibrary['AutoModel'], 'from_pretrained'>;

/** A package that has been scanned, half loaded: its task says what becomes of it. */
export interface Loading {
  readonly library: TransformersLibrary;
  /** Where the package is, without links on the way. */
  readonly folder: string;
  readonly config: Json;
  readonly hasGenerationConfig: boolean;
  readonly options: TransformersOptions;
  readonly tokenizer: PreTrainedTokenizer;
  /** What the model has positions for, as far as the package does not set less. */
  readonly tokensMax: number;
  readonly tokensPerRun: number;
  /** Makes the session, as the class of a task has it. */
  readonly load: (autoClass: AutoClass) => Promise<PreTrainedModel>;
}
