import { AppError } from '@steelyard/kernel';
import { inputErrors, reasonOf, runtimeErrors } from '@steelyard/runtime-kit';
import type { Item, LoadedModel, RunContext } from '@steelyard/runtime-kit';
import { readGenerationRequest, TextStream } from '@steelyard/runtime-kit/text-generation';
import type { GenerationRequest } from '@steelyard/runtime-kit/text-generation';
import type { TensorSpec } from '@steelyard/wire';
import { compileAnswerSchema, END_OF_JSON } from './answer-schema.js';
import type { AnswerSchema } from './answer-schema.js';
import type { BatchTogether } from './batch-together.js';
import type { Llama, LlamaContext, LlamaLibrary, LlamaModel, LlamaSequence, Token } from './llama-library.js';
import type { PromptReader } from './prompt-reader.js';
import { SequencePool } from './sequence-pool.js';

export interface GenerationModelOptions {
  readonly library: LlamaLibrary;
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly context: LlamaContext;
  /** A request and its answer together. */
  readonly contextTokens: number;
  readonly sequences: number;
  readonly together: BatchTogether;
  readonly prompts: PromptReader;
}

interface Generation {
  readonly request: GenerationRequest;
  readonly tokens: readonly Token[];
  readonly schema: AnswerSchema | undefined;
  readonly signal: AbortSignal;
  readonly emit: (part: Item) => Promise<void>;
}

/** Writes text. Each run has a sequence of one context, and all that are at work share each pass over the weights. */
export class GenerationModel implements LoadedModel {
  readonly device = 'cpu';
  readonly inputs: readonly TensorSpec[] = [];
  readonly outputs: readonly TensorSpec[] = [];
  readonly #options: GenerationModelOptions;
  readonly #pool: SequencePool;

  constructor(options: GenerationModelOptions) {
    this.#options = options;
    this.#pool = new SequencePool(
      Array.from({ length: options.sequences }, () => options.context.getSequence()),
      (sequence) => options.together.betweenPasses(() => sequence.clearHistory()),
    );
  }

  run(items: readonly Item[], context: RunContext): Promise<readonly (Item | Error)[]> {
    return Promise.all(items.map((item, index) => this.#answer(item, context.signal, (part) => context.emit(index, part)).catch(asAppError)));
  }

  async close(): Promise<void> {
    await this.#options.context.dispose();
    await this.#options.model.dispose();
  }

  async #answer(item: Item, signal: AbortSignal, emit: Generation['emit']): Promise<Item> {
    const request = readGenerationRequest(item);
    const tokens = this.#options.prompts.tokensOf(request);
    const { contextTokens } = this.#options;
    if (tokens.length >= contextTokens) {
      throw inputErrors.INVALID({ field: Object.keys(request.source)[0] ?? '', reason: `it has ${tokens.length} tokens; the context holds ${contextTokens} with the answer` });
    }
    if (request.jsonSchema && request.stop.length > 0) throw inputErrors.INVALID({ field: 'stop', reason: 'an answer held to a JSON Schema ends by itself' });
    const schema = request.jsonSchema && (await compileAnswerSchema(this.#options.llama, request.jsonSchema));
    const generation = { request, tokens, schema, signal, emit };
    const answer = await this.#pool.use(signal, (sequence) => this.#generate(sequence, generation));
    return answer ?? { text: '', finishReason: 'stop', usage: { inputTokens: 0, outputTokens: 0 } };
  }

  /** Ends early with what there is when nobody waits any more. */
  async #generate(sequence: LlamaSequence, { request, tokens, schema, signal, emit }: Generation): Promise<Item> {
    const { library, model, contextTokens, together } = this.#options;
    const { temperature, topP, seed } = request;
    const grammarEvaluationState = schema && new library.LlamaGrammarEvaluationState({ model, grammar: schema.grammar });
    const detokenize = (pending: readonly Token[], before: readonly Token[]): string => model.detokenize(pending, false, before);
    const stream = new TextStream({ detokenize, stops: schema ? [END_OF_JSON] : request.stop });
    const outputMax = Math.min(request.maxTokens, contextTokens - tokens.length);
    let text = '';
    let outputTokens = 0;
    const give = async (part: string): Promise<void> => {
      if (part === '') return;
      text += part;
      await together.waitFor(emit({ text: part, usage: { inputTokens: tokens.length, outputTokens } }));
    };
    together.enter();
    try {
      for await (const token of sequence.evaluate(tokens, { temperature, topP, topK: 0, seed, grammarEvaluationState })) {
        outputTokens++;
        await give(stream.push(token));
        if (stream.stopped || signal.aborted || outputTokens >= outputMax) break;
        await together.nextTurn();
      }
      await give(stream.end());
    } finally {
      together.leave();
    }
    const finishReason = outputTokens >= outputMax && !stream.stopped ? 'length' : 'stop';
    if (finishReason === 'stop' && !signal.aborted) schema?.check(text);
    return { text, finishReason, usage: { inputTokens: tokens.length, outputTokens } };
  }
}

export function asAppError(error: unknown): AppError {
  return error instanceof AppError ? error : runtimeErrors.RUN_FAILED({ reason: reasonOf(error) }, error);
}
