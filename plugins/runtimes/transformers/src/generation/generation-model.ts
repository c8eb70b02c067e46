import { inputErrors } from '@steelyard/runtime-kit';
import type { Item, LoadedModel, RunContext } from '@steelyard/runtime-kit';
import { readGenerationRequest, TextStream } from '@steelyard/runtime-kit/text-generation';
import type { Detokenize, GenerationRequest } from '@steelyard/runtime-kit/text-generation';
import type { PreTrainedModel, PreTrainedTokenizer } from '@huggingface/transformers';
import { asRunError } from '../run-error.js';
import type { TransformersLibrary } from '../transformers-library.js';
import { chooseToken } from './choose-token.js';
import { Decoding } from './decoding.js';
import type { PromptReader } from './prompt-reader.js';

export interface GenerationModelOptions {
  readonly library: TransformersLibrary;
  readonly model: PreTrainedModel;
  readonly tokenizer: PreTrainedTokenizer;
  readonly prompts: PromptReader;
  /** Tokens that end an answer and are no part of it. */
  readonly endIds: ReadonlySet<number>;
  /** A request and its answer together. */
  readonly contextTokens: number;
}

interface Generation {
  readonly request: GenerationRequest;
  readonly tokens: readonly number[];
  readonly signal: AbortSignal;
  readonly emit: (part: Item) => Promise<void>;
}

/** Writes text, one answer after the other. */
export class GenerationModel implements LoadedModel {
  readonly device = 'cpu';
  /** It takes a prompt or messages, and no tensor. */
  readonly inputs = [];
  readonly outputs = [];
  readonly #options: GenerationModelOptions;

  constructor(options: GenerationModelOptions) {
    this.#options = options;
  }

  async run(items: readonly Item[], context: RunContext): Promise<readonly (Item | Error)[]> {
    const answers: (Item | Error)[] = [];
    for (const [index, item] of items.entries()) {
      context.signal.throwIfAborted();
      answers.push(await this.#answer(item, context.signal, (part) => context.emit(index, part)).catch(asRunError));
    }
    return answers;
  }

  async close(): Promise<void> {
    await this.#options.model.dispose();
  }

  async #answer(item: Item, signal: AbortSignal, emit: Generation['emit']): Promise<Item> {
    const request = readGenerationRequest(item);
    if (request.jsonSchema) throw inputErrors.INVALID({ field: 'jsonSchema', reason: 'the runtime transformers cannot hold an answer to a schema' });
    const { prompts, contextTokens } = this.#options;
    const tokens = prompts.tokensOf(request);
    if (tokens.length >= contextTokens) {
      throw inputErrors.INVALID({ field: Object.keys(request.source)[0] ?? '', reason: `it has ${tokens.length} tokens; the context holds ${contextTokens} with the answer` });
    }
    return this.#generate({ request, tokens, signal, emit });
  }

  /** Ends early with what there is when nobody waits any more. */
  async #generate({ request, tokens, signal, emit }: Generation): Promise<Item> {
    const { library, model, endIds, contextTokens } = this.#options;
    const { temperature, topP, seed, stop, maxTokens } = request;
    const chance = { temperature, topP, random: randomOf(library, seed) };
    const stream = new TextStream({ detokenize: this.#detokenize, stops: stop, before: tokens.slice(-1) });
    const decoding = new Decoding(library, model);
    const outputMax = Math.min(maxTokens, contextTokens - tokens.length);
    let text = '';
    let outputTokens = 0;
    const give = async (part: string): Promise<void> => {
      if (part === '') return;
      text += part;
      await emit({ text: part, usage: { inputTokens: tokens.length, outputTokens } });
    };
    let token = chooseToken(await decoding.start(tokens), chance);
    while (!endIds.has(token)) {
      outputTokens++;
      await give(stream.push(token));
      if (stream.stopped || outputTokens >= outputMax) break;
      // A step blocks the process, and one without a part waits for nothing: without a turn of the event loop no abort could be seen.
      await new Promise(setImmediate);
      if (signal.aborted) break;
      token = chooseToken(await decoding.next(token), chance);
    }
    await give(stream.end());
    const finishReason = outputTokens >= outputMax && !stream.stopped ? 'length' : 'stop';
    return { text, finishReason, usage: { inputTokens: tokens.length, outputTokens } };
  }

  /** As the model wrote it: nothing is done to spaces before signs, which a part could not know of. */
  readonly #detokenize: Detokenize<number> = (tokens, before) => {
    const decode = (ids: readonly number[]): string =>
      ids.length === 0 ? '' : this.#options.tokenizer.decode([...ids], { skip_special_tokens: true, clean_up_tokenization_spaces: false });
    return decode([...before, ...tokens]).slice(decode(before).length);
  };
}

function randomOf({ random }: TransformersLibrary, seed: number): () => number {
  const generator = new random.Random(seed);
  return () => generator.random();
}
