import { AppError } from '@steelyard/kernel';
import { checkItem, groupItems, reasonOf, runtimeErrors, stack, unstack } from '@steelyard/runtime-kit';
import type { Item, LoadedModel } from '@steelyard/runtime-kit';
import type { Tensor, TensorSpec } from '@steelyard/wire';
import type { BackendName, Device } from './backend.js';
import { batchDimensionOf } from './batch-dimension.js';
import type { BatchDimension } from './batch-dimension.js';
import type { Value } from './executable.js';
import type { Session } from './session.js';

export interface TfjsModelOptions {
  readonly session: Session;
  readonly device: Device;
  /** The outputs with their types, in the order in which the model gives them. */
  readonly outputs: readonly Value[];
  /** The model's tensors have no batch dimension, whatever their shapes look like. */
  readonly withoutBatch: boolean;
}

/** A loaded model and how requests go through it: together where the model allows, one by one where it does not. */
export class TfjsModel implements LoadedModel {
  readonly device: Device;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly #session: Session;
  readonly #batch: BatchDimension;

  constructor({ session, device, outputs, withoutBatch }: TfjsModelOptions) {
    const { inputs } = session.executable;
    this.device = device;
    this.#session = session;
    this.#batch = withoutBatch ? 'none' : batchDimensionOf(inputs, outputs);
    const specOf = ({ name, dtype, shape }: Value): TensorSpec => ({ name, dtype, shape: this.#batch === 'none' ? shape : shape.slice(1) });
    this.inputs = inputs.map(specOf);
    this.outputs = outputs.map(specOf);
  }

  /** What really runs it. */
  get backend(): BackendName {
    return this.#session.backend;
  }

  async run(items: readonly Item[]): Promise<readonly (Item | Error)[]> {
    const answers: (Item | Error)[] = items.map((item) => this.#checked(item));
    const valid = [...answers.keys()].filter((index) => !(answers[index] instanceof Error));
    const groups = this.#batch === 'free' ? groupItems(valid.map((index) => items[index] as Item), this.inputs) : valid.map((_, position) => [position]);
    for (const group of groups) {
      const indexes = group.map((position) => valid[position] as number);
      const results = await this.#runGroup(indexes.map((index) => items[index] as Item));
      for (const [position, index] of indexes.entries()) answers[index] = results[position] as Item | Error;
    }
    return answers;
  }

  close(): Promise<void> {
    this.#session.close();
    return Promise.resolve();
  }

  #checked(item: Item): Item | Error {
    try {
      checkItem(item, this.inputs);
      return item;
    } catch (error) {
      return error as Error;
    }
  }

  /** When a batch fails, its items run alone: what is wrong with one request is not its neighbours' fault. */
  async #runGroup(items: readonly Item[]): Promise<readonly (Item | Error)[]> {
    try {
      return await this.#runStacked(items);
    } catch (error) {
      if (items.length === 1) return [asRunError(error)];
      const alone: (Item | Error)[] = [];
      for (const item of items) alone.push(...(await this.#runGroup([item])));
      return alone;
    }
  }

  async #runStacked(items: readonly Item[]): Promise<readonly Item[]> {
    const results = await this.#session.run(this.inputs.map((spec) => (this.#batch === 'none' ? ((items[0] as Item)[spec.name] as Tensor) : stack(items, spec))));
    const answers = items.map((): Record<string, Tensor> => ({}));
    for (const [at, { name }] of this.outputs.entries()) {
      const tensor = results[at] as Tensor;
      const parts = this.#batch === 'none' ? [tensor] : unstack(tensor, items.length, name);
      for (const [index, part] of parts.entries()) (answers[index] as Record<string, Tensor>)[name] = part;
    }
    return answers;
  }
}

function asRunError(error: unknown): AppError {
  return error instanceof AppError ? error : runtimeErrors.RUN_FAILED({ reason: reasonOf(error) }, error);
}
