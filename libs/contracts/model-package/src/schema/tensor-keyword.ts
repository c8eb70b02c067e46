import { isObject } from './schema-keywords.js';

/** Bytes of an element of each dtype; 0 for `string`, whose elements have no fixed size. */
const ELEMENT_BYTES: Readonly<Record<string, number>> = {
  float32: 4, float64: 8, int8: 1, int16: 2, int32: 4, int64: 8, uint8: 1, uint16: 2, uint32: 4, uint64: 8, bool: 1, string: 0,
};

const ARRAYS: Readonly<Record<string, string>> = {
  float32: 'Float32Array', float64: 'Float64Array', int8: 'Int8Array', int16: 'Int16Array', int32: 'Int32Array', int64: 'BigInt64Array',
  uint8: 'Uint8Array', uint16: 'Uint16Array', uint32: 'Uint32Array', uint64: 'BigUint64Array', bool: 'Uint8Array',
};

/** The dtypes that `x-tensor` may name. */
export const TENSOR_DTYPES: readonly string[] = Object.keys(ELEMENT_BYTES);

export interface TensorRule {
  readonly dtype: string;
  /** Without the batch dimension; -1 where free. */
  readonly shape: readonly number[];
}

/** Why `rule` is no use as `x-tensor`, or `undefined`. */
export function tensorRuleProblem(rule: unknown): string | undefined {
  if (!isObject(rule)) return 'must be {dtype, shape}';
  if (Object.keys(rule).some((key) => key !== 'dtype' && key !== 'shape')) return 'may hold dtype and shape only';
  if (typeof rule.dtype !== 'string' || !TENSOR_DTYPES.includes(rule.dtype)) return `dtype must be one of ${TENSOR_DTYPES.join(', ')}`;
  const isShape = Array.isArray(rule.shape) && rule.shape.length <= 16 && rule.shape.every((size) => Number.isSafeInteger(size) && (size as number) >= -1);
  return isShape ? undefined : 'shape must be a list of at most 16 whole numbers, -1 where free';
}

/**
 * Why `value` is no tensor of that type, or `undefined`. Looks at dtype, shape and the length of the data, never at every
 * number: a bad element fails when the data is read.
 */
export function tensorProblem(rule: TensorRule, value: unknown): string | undefined {
  if (!isObject(value)) return 'must be a tensor {dtype, shape, data}';
  if (value.dtype !== rule.dtype) return `must have dtype ${rule.dtype}, not ${JSON.stringify(value.dtype)}`;
  const { shape } = value;
  if (!Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && (size as number) >= 0)) return 'must have a shape of whole numbers';
  const sizes = shape as number[];
  if (sizes.length !== rule.shape.length || rule.shape.some((size, index) => size !== -1 && size !== sizes[index])) {
    return `must have shape [${rule.shape.join(', ')}], not [${sizes.join(', ')}]`;
  }
  const count = sizes.reduce((product, size) => product * size, 1);
  return dataProblem(rule.dtype, count, value.data);
}

function dataProblem(dtype: string, count: number, data: unknown): string | undefined {
  if (typeof data === 'string' && dtype !== 'string') {
    const bytes = base64Bytes(data);
    const wanted = count * ELEMENT_BYTES[dtype]!;
    return bytes === wanted ? undefined : `must have ${wanted} bytes of data, not ${bytes}`;
  }
  const isTyped = ArrayBuffer.isView(data) && data.constructor.name === ARRAYS[dtype];
  if (!isTyped && !Array.isArray(data)) return `must have its data as a flat list${dtype === 'string' ? '' : ', as base64 text,'} or as typed numbers`;
  const length = (data as ArrayLike<unknown>).length;
  return length === count ? undefined : `must have ${count} elements, not ${length}`;
}

function base64Bytes(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return Math.floor(((text.length - padding) * 3) / 4);
}
