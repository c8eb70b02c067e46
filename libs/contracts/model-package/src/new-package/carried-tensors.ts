import { batchDimensionOf, itemShape } from '../onnx/batch-dimension.js';
import type { ModelInterface, ModelValue } from '../onnx/read-interface.js';

/** A tensor of a model as its callers see it. */
export interface CarriedTensor {
  readonly name: string;
  readonly dtype: string;
  /** Without the batch dimension, -1 where free. Undefined where the file declares none. */
  readonly shape: readonly number[] | undefined;
  /** As the file has it, e.g. `float32 [batch, 3]`. */
  readonly declared: string;
}

export interface CarriedModel {
  readonly inputs: readonly CarriedTensor[];
  readonly outputs: readonly CarriedTensor[];
  /** Whether calls can go through the model together, and how it says so: see the runtime `onnx`. */
  readonly batch: 'free' | 'one' | 'none';
}

/** TensorProto.DataType: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. Half precision is carried as float32. */
const CARRIED: Readonly<Record<number, string>> = {
  1: 'float32', 2: 'uint8', 3: 'int8', 4: 'uint16', 5: 'int16', 6: 'int32', 7: 'int64', 8: 'string', 9: 'bool', 10: 'float32', 11: 'float64', 12: 'uint32', 13: 'uint64',
};
const NAMES: Readonly<Record<number, string>> = {
  0: 'no element type', 10: 'float16', 14: 'complex64', 15: 'complex128', 16: 'bfloat16', 17: 'float8e4m3fn', 18: 'float8e4m3fnuz', 19: 'float8e5m2', 20: 'float8e5m2fnuz', 21: 'uint4', 22: 'int4',
};
const RANK_MAX = 16;

/** What callers give and get. The second form says why the model cannot be offered as it is, as the end of a sentence. */
export function carriedTensors({ inputs, outputs }: Pick<ModelInterface, 'inputs' | 'outputs'>): CarriedModel | { readonly problem: string } {
  for (const [side, values] of [['input', inputs], ['output', outputs]] as const) {
    for (const value of values) {
      const problem = problemOf(value, side);
      if (problem !== undefined) return { problem: `its ${side} "${value.name}" ${problem}` };
    }
  }
  const shapes = [...inputs, ...outputs].map(({ shape }) => shape);
  // The runtime may find out shapes that the file does not declare. Without a batch dimension both mean the same.
  const batch = shapes.includes(undefined) ? 'none' : batchDimensionOf(withShape(inputs), withShape(outputs));
  const carried = (value: ModelValue): CarriedTensor => ({
    name: value.name,
    dtype: CARRIED[value.element]!,
    shape: value.shape && itemShape({ shape: value.shape }, batch),
    declared: declarationOf(value),
  });
  return { inputs: inputs.map(carried), outputs: outputs.map(carried), batch };
}

function problemOf({ name, kind, element, shape }: ModelValue, side: 'input' | 'output'): string | undefined {
  if (name === '' || name === '__proto__') return 'has no name that a caller could use';
  if (kind !== 'tensor') return `is a ${kind}; only tensors can be carried${kind === 'sequence' || kind === 'map' ? ' (for scikit-learn, convert with the option zipmap=False)' : ''}`;
  if (CARRIED[element] === undefined) return `has the element type ${NAMES[element] ?? element}, which is not supported; cast it inside the model`;
  if (side === 'input' && shape === undefined) return 'has no declared shape; export the model with one';
  return shape !== undefined && shape.length > RANK_MAX ? `has more than ${RANK_MAX} dimensions` : undefined;
}

function withShape(values: readonly ModelValue[]): { shape: readonly (number | string)[] }[] {
  return values.map(({ shape = [] }) => ({ shape }));
}

function declarationOf({ element, shape }: ModelValue): string {
  const dimensions = shape === undefined ? 'of a shape that the file does not declare' : `[${shape.map((size) => (size === '' ? '?' : size)).join(', ')}]`;
  return `${NAMES[element] ?? CARRIED[element]} ${dimensions}`;
}
