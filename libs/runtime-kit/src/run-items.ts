import { AppError } from '@steelyard/kernel';
import type { Tensor, TensorSpec } from '@steelyard/wire';
import { checkItem, groupItems, stack, unstack } from './batch.js';
import { reasonOf, runtimeErrors } from './errors.js';
import type { Item } from './runtime.js';

/**
 * What the first dimension of a model's tensors is.
 * - `free`: as many requests as one likes; they are stacked.
 * - `one`: a batch, but made for one request.
 * - `none`: the model knows no batch.
 */
export type BatchDimension = 'free' | 'one' | 'none';

/** A model whose requests are tensors and nothing else. */
export interface TensorModel {
  /** Without the batch dimension. */
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly batch: BatchDimension;
  /** Takes tensors as the model does, with its batch dimension where it has one, in the order of `inputs`; gives those of `outputs`. */
  readonly execute: (feeds: readonly Tensor[]) => Promise<readonly Tensor[]>;
}

/**
 * Answers every item, in order: together where the model allows and their shapes are alike, one by one where not. An item that
 * the model cannot take is `INPUT.INVALID` in its place. When a batch fails, its items run alone: what is wrong with one request is
 * not its neighbours' fault.
 */
export async function runItems(items: readonly Item[], model: TensorModel): Promise<readonly (Item | Error)[]> {
  const answers: (Item | Error)[] = items.map((item) => checked(item, model.inputs));
  const valid = [...answers.keys()].filter((index) => !(answers[index] instanceof Error));
  const groups = model.batch === 'free' ? groupItems(valid.map((index) => items[index] as Item), model.inputs) : valid.map((_, position) => [position]);
  for (const group of groups) {
    const indexes = group.map((position) => valid[position] as number);
    const results = await runGroup(indexes.map((index) => items[index] as Item), model);
    for (const [position, index] of indexes.entries()) answers[index] = results[position] as Item | Error;
  }
  return answers;
}

function checked(item: Item, inputs: readonly TensorSpec[]): Item | Error {
  try {
    checkItem(item, inputs);
    return item;
  } catch (error) {
    return error as Error;
  }
}

async function runGroup(items: readonly Item[], model: TensorModel): Promise<readonly (Item | Error)[]> {
  try {
    return await runStacked(items, model);
  } catch (error) {
    if (items.length === 1) return [asRunError(error)];
    const alone: (Item | Error)[] = [];
    for (const item of items) alone.push(...(await runGroup([item], model)));
    return alone;
  }
}

async function runStacked(items: readonly Item[], { inputs, outputs, batch, execute }: TensorModel): Promise<readonly Item[]> {
  const results = await execute(inputs.map((spec) => (batch === 'none' ? ((items[0] as Item)[spec.name] as Tensor) : stack(items, spec))));
  const answers = items.map((): Record<string, Tensor> => ({}));
  for (const [at, { name }] of outputs.entries()) {
    const tensor = results[at] as Tensor;
    const parts = batch === 'none' ? [tensor] : unstack(tensor, items.length, name);
    for (const [index, part] of parts.entries()) (answers[index] as Record<string, Tensor>)[name] = part;
  }
  return answers;
}

function asRunError(error: unknown): AppError {
  return error instanceof AppError ? error : runtimeErrors.RUN_FAILED({ reason: reasonOf(error) }, error);
}
