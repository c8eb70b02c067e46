import type { InputValue } from './encode-input.js';
import type { TypedNumbers } from './tensor.js';

/** The lowest and the highest number of the whole-numbered types. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  int8: [-128, 127], int16: [-32_768, 32_767], int32: [-2_147_483_648, 2_147_483_647],
  uint8: [0, 255], uint16: [0, 65_535], uint32: [0, 4_294_967_295], bool: [0, 1],
};

const ARRAYS = {
  int8: Int8Array, int16: Int16Array, int32: Int32Array, uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, bool: Uint8Array,
} as const;

const WHOLE_NUMBER = /^-?\d{1,20}$/;

/** A value in which the tensors' lists of at least so many numbers are typed arrays, where they fit the tensor's dtype. */
export function packTensors(value: InputValue, countMin: number): InputValue {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return (value as readonly InputValue[]).map((item) => packTensors(item, countMin));
  const fields = value as { readonly [key: string]: InputValue };
  const { dtype, shape, data } = fields;
  const packed = typeof dtype === 'string' && Array.isArray(shape) && Array.isArray(data) && data.length >= countMin ? numbersOf(dtype, data as readonly InputValue[]) : undefined;
  return Object.fromEntries(Object.entries(fields).map(([key, item]) => [key, key === 'data' && packed ? packed : packTensors(item, countMin)]));
}

function numbersOf(dtype: string, data: readonly InputValue[]): TypedNumbers | undefined {
  if (dtype === 'int64' || dtype === 'uint64') return longsOf(dtype, data);
  if (!data.every((item): item is number => typeof item === 'number')) return undefined;
  // JSON has no -0: it is written as 0.
  if (dtype === 'float32') return Float32Array.from(data, (item) => item + 0);
  if (dtype === 'float64') return Float64Array.from(data, (item) => item + 0);
  const range = Object.hasOwn(RANGES, dtype) ? RANGES[dtype] : undefined;
  if (!range || !data.every((item) => Number.isInteger(item) && item >= range[0] && item <= range[1])) return undefined;
  return ARRAYS[dtype as keyof typeof ARRAYS].from(data);
}

/** JSON of ours has 64-bit integers as texts of digits, where it must be exact. */
function longsOf(dtype: 'int64' | 'uint64', data: readonly InputValue[]): BigInt64Array | BigUint64Array | undefined {
  const [min, max] = dtype === 'int64' ? [-(2n ** 63n), 2n ** 63n - 1n] : [0n, 2n ** 64n - 1n];
  const longs = data.map((item) => (Number.isSafeInteger(item) || (typeof item === 'string' && WHOLE_NUMBER.test(item)) ? BigInt(item as number | string) : undefined));
  if (!longs.every((long): long is bigint => long !== undefined && long >= min && long <= max)) return undefined;
  return dtype === 'int64' ? BigInt64Array.from(longs) : BigUint64Array.from(longs);
}
