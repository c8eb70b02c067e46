import { runtimeErrors } from '@steelyard/runtime-kit';
import type { Tensor } from '@steelyard/wire';
import type { DataType, Tensor as TfTensor, TypedArray } from '@tensorflow/tfjs-core';
import { carriedType } from './executable.js';
import type { Core } from './library.js';

/** The elements are read where they lie; backends that keep the array do so until the tensor is disposed of. */
export function toTf(tf: Core, { dtype, data, shape }: Tensor): TfTensor {
  return tf.tensor(data as TypedArray, [...shape], dtype as DataType);
}

/**
 * A copy of what is in a tensor: the plain JavaScript backend hands out its own arrays, and an output may share its array
 * with an input or with weights.
 * @throws AppError `RUNTIME.OUTPUT_INVALID`.
 */
export function fromTf(name: string, tensor: TfTensor | undefined): Tensor {
  if (!tensor) throw runtimeErrors.OUTPUT_INVALID({ field: name, reason: 'the model gave no tensor for it' });
  const dtype = carriedType(tensor.dtype, `output "${name}"`);
  return { dtype, shape: tensor.shape, data: tensor.dataSync<DataType>().slice() };
}
