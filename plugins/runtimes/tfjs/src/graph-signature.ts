import { runtimeErrors } from '@steelyard/runtime-kit';
import { carriedType } from './executable.js';
import type { Value } from './executable.js';
import { isObject } from './package/model-file.js';
import type { JsonObject } from './package/model-file.js';

/** https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/types.proto, as TensorFlow.js takes them. */
const TYPES: Readonly<Record<string, string>> = {
  DT_FLOAT: 'float32', 1: 'float32', DT_DOUBLE: 'float32', 2: 'float32', DT_HALF: 'float32', 19: 'float32',
  DT_INT32: 'int32', 3: 'int32', DT_UINT8: 'int32', 4: 'int32', DT_INT8: 'int32', 6: 'int32', DT_INT64: 'int32', 9: 'int32',
  DT_STRING: 'string', 7: 'string', DT_BOOL: 'bool', 10: 'bool',
};

/** What a graph model says of its tensors. */
export interface GraphSignature {
  readonly inputs: readonly Value[];
  /** Undefined where it does not give the types and shapes of all of them. */
  readonly outputs: readonly Value[] | undefined;
  /** Undefined where it does not name them: then they are the nodes that no other node reads. */
  readonly outputNames: readonly string[] | undefined;
}

/**
 * Reads the signature of a graph model; where it has none, its placeholders are the inputs.
 * @throws AppError `RUNTIME.LOAD_FAILED` for inputs and outputs that cannot be carried.
 */
export function readSignature(signature: JsonObject, topology: JsonObject): GraphSignature {
  const declaredInputs = entriesOf(signature['inputs']);
  const inputs =
    declaredInputs.length > 0
      ? declaredInputs.map(([name, info]) => valueOf('input', name, info['dtype'], info['tensorShape']))
      : placeholdersOf(topology).map(({ name, dtype, shape }) => valueOf('input', name, dtype, shape));
  const unshaped = inputs.find(({ shape }) => shape === undefined);
  if (unshaped) throw runtimeErrors.LOAD_FAILED({ model: 'The model', reason: `it does not say how many dimensions its input "${unshaped.name}" has` });
  const declaredOutputs = entriesOf(signature['outputs']);
  const outputs = declaredOutputs.map(([name, info]) => valueOf('output', name, info['dtype'], info['tensorShape']));
  return {
    inputs: inputs as readonly Value[],
    outputs: outputs.length > 0 && outputs.every((value) => value.shape !== undefined) ? (outputs as readonly Value[]) : undefined,
    outputNames: outputs.length > 0 ? outputs.map(({ name }) => name) : undefined,
  };
}

function entriesOf(value: unknown): [string, JsonObject][] {
  return isObject(value) ? Object.entries(value).filter((entry): entry is [string, JsonObject] => isObject(entry[1])) : [];
}

interface Placeholder {
  readonly name: string;
  readonly dtype: unknown;
  readonly shape: unknown;
}

function placeholdersOf({ node }: JsonObject): Placeholder[] {
  const inner = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined);
  return (node as JsonObject[])
    .filter(({ op }) => op === 'Placeholder')
    .map(({ name, attr }) => ({ name: name as string, dtype: inner(inner(attr, 'dtype'), 'type'), shape: inner(inner(attr, 'shape'), 'shape') }));
}

type LooseValue = Omit<Value, 'shape'> & { readonly shape: readonly number[] | undefined };

function valueOf(side: string, name: string, dtype: unknown, shape: unknown): LooseValue {
  return { name, dtype: carriedType(TYPES[String(dtype)] ?? dtype, `${side} "${name}"`), shape: shapeOf(shape) };
}

/** Undefined where the number of dimensions is not known. Sizes come as numbers or as text. */
function shapeOf(shape: unknown): readonly number[] | undefined {
  if (!isObject(shape) || shape['unknownRank'] === true) return undefined;
  const dims = Array.isArray(shape['dim']) ? (shape['dim'] as unknown[]) : [];
  return dims.map((dim) => {
    const size = isObject(dim) ? Number(dim['size'] ?? -1) : -1;
    return Number.isSafeInteger(size) && size >= 0 ? size : -1;
  });
}
