import { runtimeErrors } from '@steelyard/runtime-kit';
import type { LoadedModel } from '@steelyard/runtime-kit';
import type { PreTrainedModel, PreTrainedTokenizer } from '@huggingface/transformers';
import type { Loading } from '../loading.js';
import { GENERATION_CONFIG_FILE, readPackageJson } from '../package-files.js';
import type { Json } from '../package-files.js';
import { readEndIds } from './end-tokens.js';
import { GenerationModel } from './generation-model.js';
import { PromptReader } from './prompt-reader.js';

type TokenizerClass = new (json: object, config: object) => PreTrainedTokenizer;

/** Loads a decoder that keeps what it has read. */
export async function openGeneration(loading: Loading): Promise<LoadedModel> {
  const { library, folder, config, tokenizer, tokensMax, hasGenerationConfig } = loading;
  const plain = plainOf(tokenizer, await readPackageJson(folder, 'tokenizer.json'));
  const named = readEndIds(config, hasGenerationConfig ? await readPackageJson(folder, GENERATION_CONFIG_FILE) : {});
  const endIds = named.length > 0 ? named : [tokenizer.eos_token_id].filter((id) => typeof id === 'number');
  const prompts = new PromptReader({ tokenizer, plain });
  const model = await loading.load(library.AutoModelForCausalLM);
  if (!keepsWhatItRead(model)) {
    await model.dispose();
    throw runtimeErrors.LOAD_FAILED({ model: 'The model', reason: 'it has no inputs past_key_values with outputs present; export it with its cache' });
  }
  return new GenerationModel({ library, model, tokenizer, prompts, endIds: new Set(endIds), contextTokens: tokensMax });
}

function plainOf(tokenizer: PreTrainedTokenizer, json: Json): PreTrainedTokenizer {
  const added = (json['added_tokens'] ?? []) as readonly { readonly special?: boolean }[];
  const Tokenizer = tokenizer.constructor as TokenizerClass;
  return new Tokenizer({ ...json, added_tokens: added.filter(({ special }) => !special), post_processor: null }, tokenizer.config as object);
}

/** Without a cache each step would know of the newest token alone, and the answer be nonsense. */
function keepsWhatItRead({ sessions }: PreTrainedModel): boolean {
  const { inputNames, outputNames } = sessions['model'] as { readonly inputNames: readonly string[]; readonly outputNames: readonly string[] };
  return inputNames.some((name) => name.startsWith('past_')) && outputNames.some((name) => name.startsWith('present'));
}
