import { runtimeErrors } from '@steelyard/runtime-kit';
import type { PreTrainedModel, Tensor } from '@huggingface/transformers';
import type { TransformersLibrary } from '../transformers-library.js';

type Tensors = Readonly<Record<string, Tensor>>;

/**
 * One sequence that a decoder is at work on. The keys and values of what it has read stay with it, so that a step reads the
 * newest token alone. Inputs are put together by the library, which knows what each architecture wants.
 */
export class Decoding {
  readonly #library: TransformersLibrary;
  readonly #model: PreTrainedModel;
  #inputs: Record<string, unknown> = {};
  #outputs: Tensors = {};

  constructor(library: TransformersLibrary, model: PreTrainedModel) {
    this.#library = library;
    this.#model = model;
  }

  /** Reads what is to be gone on from. Gives the logits of what comes next. */
  start(tokens: readonly number[]): Promise<Float32Array> {
    const shape = [1, tokens.length];
    const ids = BigInt64Array.from(tokens, BigInt);
    this.#inputs = {
      input_ids: new this.#library.Tensor('int64', ids, shape),
      attention_mask: new this.#library.Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape),
    };
    return this.#step([...ids]);
  }

  /** Reads one token more. */
  next(token: number): Promise<Float32Array> {
    const id = BigInt(token);
    this.#inputs = this.#model._update_model_kwargs_for_generation({
      generated_input_ids: [[id]],
      outputs: this.#outputs,
      model_inputs: this.#inputs,
      is_encoder_decoder: false,
    }) as Record<string, unknown>;
    return this.#step([id]);
  }

  async #step(ids: readonly bigint[]): Promise<Float32Array> {
    this.#inputs = this.#model.prepare_inputs_for_generation([ids], this.#inputs, {}) as Record<string, unknown>;
    this.#outputs = (await this.#model.forward(this.#inputs)) as Tensors;
    const { logits } = this.#outputs;
    const refuse = (reason: string): Error => runtimeErrors.OUTPUT_INVALID({ field: 'logits', reason });
    if (!logits) throw refuse('the model has no such output; was it exported for text generation?');
    if (!['float32', 'float16'].includes(logits.type) || logits.dims.length !== 3) throw refuse(`it is ${logits.type} of ${logits.dims.length} dimensions, not float32 or float16 of 3`);
    return logits.slice(null, -1, null).to('float32').data as Float32Array;
  }
}
