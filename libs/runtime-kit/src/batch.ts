import { createData, elementCount, isTensor } from '@steelyard/wire';
import type { DType, Tensor, TensorData, TensorSpec } from '@steelyard/wire';
import { inputErrors, runtimeErrors } from './errors.js';
import type { Item } from './runtime.js';

type TypedData = Exclude<TensorData, readonly string[]>;

/** `float32 [1, 28, 28]`; a free dimension is written `?`. */
export function describeTensor(tensor: { readonly dtype: DType; readonly shape: readonly number[] }): string {
  return `${tensor.dtype} [${tensor.shape.map((size) => (size < 0 ? '?' : size)).join(', ')}]`;
}

/** Whether a tensor has the type that a spec (without batch dimension) asks for. */
export function fitsSpec(tensor: Tensor, spec: Pick<TensorSpec, 'dtype' | 'shape'>): boolean {
  if (tensor.dtype !== spec.dtype || tensor.shape.length !== spec.shape.length) return false;
  return spec.shape.every((size, axis) => size < 0 || size === tensor.shape[axis]);
}

/**
 * Checks that an item holds the tensors a model takes, and no others. Values that are no tensors are not the model's.
 * @throws AppError `INPUT.INVALID`, with all inputs of the model in its text.
 */
export function checkItem(item: Item, inputs: readonly TensorSpec[]): void {
  const takes = (): string => `the model takes ${inputs.map((spec) => `${spec.name}: ${describeTensor(spec)}`).join('; ')}`;
  for (const spec of inputs) {
    const value = item[spec.name];
    if (!isTensor(value)) {
      throw inputErrors.INVALID({ field: spec.name, reason: `${value === undefined ? 'it is missing' : 'it is not a tensor'}; ${takes()}` });
    }
    if (!fitsSpec(value, spec)) throw inputErrors.INVALID({ field: spec.name, reason: `it is ${describeTensor(value)}; ${takes()}` });
  }
  const names = Object.keys(item);
  if (names.length === inputs.length) return;
  const unknown = names.find((name) => isTensor(item[name]) && !inputs.some((spec) => spec.name === name));
  if (unknown !== undefined) throw inputErrors.INVALID({ field: unknown, reason: `the model has no such input; ${takes()}` });
}

/**
 * Which items may run together: the same shape and type for every input. Returns groups of indexes into `items`, in
 * order of their first member; a group is at most `sizeMax` long.
 */
export function groupItems(items: readonly Item[], inputs: readonly TensorSpec[], sizeMax = Infinity): number[][] {
  const groups: number[][] = [];
  const open = new Map<string, number[]>();
  for (const [index, item] of items.entries()) {
    let key = '';
    for (const spec of inputs) {
      const tensor = item[spec.name] as Tensor;
      key += `${tensor.dtype}${tensor.shape.join('x')};`;
    }
    const group = open.get(key);
    if (group && group.length < sizeMax) {
      group.push(index);
      continue;
    }
    const fresh = [index];
    open.set(key, fresh);
    groups.push(fresh);
  }
  return groups;
}

/**
 * Joins one input of several items to a tensor with a batch dimension in front. The items must be of one group (see
 * {@link groupItems}). A single item's buffer is used as it is, not copied.
 */
export function stack(items: readonly Item[], spec: TensorSpec): Tensor {
  const first = items[0]?.[spec.name] as Tensor;
  const shape = [items.length, ...first.shape];
  if (items.length === 1) return { dtype: first.dtype, shape, data: first.data };
  if (first.dtype === 'string') {
    return { dtype: 'string', shape, data: items.flatMap((item) => (item[spec.name] as Tensor).data as readonly string[]) };
  }
  const length = elementCount(first.shape);
  const data = createData(first.dtype, length * items.length) as TypedData;
  for (const [index, item] of items.entries()) {
    const tensor = item[spec.name] as Tensor;
    data.set(tensor.data as never, index * length);
  }
  return { dtype: first.dtype, shape, data };
}

/**
 * Splits a batched tensor into one tensor an item, without the batch dimension. The parts are views of the same buffer.
 * @throws AppError `RUNTIME.OUTPUT_INVALID` when the first dimension is not `count`.
 */
export function unstack(tensor: Tensor, count: number, name = 'output'): Tensor[] {
  const [batch, ...shape] = tensor.shape;
  if (batch !== count) {
    throw runtimeErrors.OUTPUT_INVALID({ field: name, reason: `${describeTensor(tensor)} does not start with the batch of ${count}` });
  }
  const length = elementCount(shape);
  return Array.from({ length: count }, (_, index) => {
    const [from, to] = [index * length, (index + 1) * length];
    const data = tensor.dtype === 'string' ? (tensor.data as readonly string[]).slice(from, to) : (tensor.data as TypedData).subarray(from, to);
    return { dtype: tensor.dtype, shape, data };
  });
}
